/// A text that a server of the Model Context Protocol offers.
public struct ContextResource: Sendable, Hashable {
  /// Names the resource.
  public var uri: String
  /// A short name for people.
  public var name: String
  /// What it is.
  public var description: String
  /// The media type of its text.
  public var mediaType: String

  /// A resource.
  public init(uri: String, name: String, description: String = "", mediaType: String = "text/plain") {
    self.uri = uri
    self.name = name
    self.description = description
    self.mediaType = mediaType
  }
}
