/// Why a model could not answer.
public struct GenerationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of failure, for programs that react to it.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    /// The kind in words.
    public let description: String
    private init(_ description: String) { self.description = description }

    /// An option has a value that cannot be used.
    public static let invalidOption = Code("invalid option")
    /// A message, a prompt or a token list cannot be used.
    public static let invalidInput = Code("invalid input")
    /// The prompt, or prompt and answer together, do not fit the model's context.
    public static let contextExceeded = Code("context exceeded")
    /// The chat template is missing or refused the conversation.
    public static let templateFailure = Code("template failure")
    /// The model produced numbers that are not numbers, or nothing that can be sampled.
    public static let numericalFailure = Code("numerical failure")
    /// The model cannot do what was asked.
    public static let unsupported = Code("unsupported")
    /// Too many requests wait already; the same request can succeed later.
    public static let overloaded = Code("overloaded")
    /// The request could not be begun, or answered, in the time it was given.
    public static let timedOut = Code("timed out")
    /// The model cannot be reached or is being loaded or put away; the same request can succeed later.
    public static let unavailable = Code("unavailable")
    /// The model's side refused the key it was given.
    public static let notAuthorized = Code("not authorized")
    /// The reader's task was cancelled before the answer was complete.
    public static let cancelled = Code("cancelled")
    /// A budget of tokens, time or money is used up.
    public static let budget = Code("budget used up")
    /// The model's side failed: a lower layer, a process or a connection.
    public static let modelFailure = Code("model failure")
  }

  /// The kind of failure.
  public let code: Code
  /// Where it happened: an option's name, a message's index, a step.
  public let context: String
  /// What would have been right; may be empty.
  public let expected: String
  /// What was there instead; may be empty.
  public let found: String
  /// What to do about it.
  public let hint: String
  /// What only whoever runs the program is to read, such as the address of an endpoint; may be empty.
  public let privateDetail: String

  /// An error with every field given; empty fields are left out of the message.
  public init(
    code: Code, context: String, expected: String = "", found: String = "", hint: String = "",
    privateDetail: String = ""
  ) {
    self.code = code
    self.context = context
    self.expected = expected
    self.found = found
    self.hint = hint
    self.privateDetail = privateDetail
  }

  /// The error as one or two sentences, for whoever runs the program.
  public var description: String { sentences(detail: privateDetail.isEmpty ? "" : " (\(privateDetail))") }

  /// The error as one or two sentences without its private part, for the clients of a server.
  public var publicDescription: String { sentences(detail: "") }

  private func sentences(detail: String) -> String {
    var sentence = "\(context): "
    switch (expected.isEmpty, found.isEmpty) {
    case (false, false): sentence += "expected \(expected), found \(found)\(detail)."
    case (false, true): sentence += "expected \(expected)\(detail)."
    case (true, false): sentence += "\(found)\(detail)."
    case (true, true): sentence += "\(code)\(detail)."
    }
    // Errors of lower layers are sentences already.
    if sentence.hasSuffix("..") { sentence.removeLast() }
    return hint.isEmpty ? sentence : "\(sentence) \(hint)"
  }
}
