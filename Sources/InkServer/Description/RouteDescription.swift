public import InkChat

/// What the server's own description (`/openapi.json`) says of a route.
public struct RouteDescription: Sendable, Hashable {
  /// What the route reads.
  public enum Body: Sendable, Hashable {
    /// Nothing.
    case none
    /// JSON of this schema.
    case json(JSONValue)
    /// A form with a file, of this schema.
    case form(JSONValue)
  }

  /// What the route answers when all is well.
  public struct Answer: Sendable, Hashable {
    /// The media type.
    public var mediaType: String
    /// The schema of its content; nil for what has none.
    public var schema: JSONValue?

    /// An answer with every field given.
    public init(_ mediaType: String = "application/json", _ schema: JSONValue? = nil) {
      self.mediaType = mediaType
      self.schema = schema
    }
  }

  /// What it does, in a few words.
  public var summary: String
  /// What else there is to know.
  public var details: String
  /// What it reads.
  public var body: Body
  /// What it answers, one for each media type.
  public var answers: [Answer]
  /// Its parameters besides those of the path, as OpenAPI writes them.
  public var parameters: [JSONValue]

  /// A description with every field given.
  public init(
    _ summary: String, details: String = "", body: Body = .none,
    answers: [Answer] = [Answer("application/json", ["type": "object"])],
    parameters: [JSONValue] = []
  ) {
    self.summary = summary
    self.details = details
    self.body = body
    self.answers = answers
    self.parameters = parameters
  }
}
