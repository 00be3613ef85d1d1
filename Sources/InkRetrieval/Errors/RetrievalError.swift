/// Why documents could not be read, stored, searched or cited.
public struct RetrievalError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kinds of failure.
  public enum Code: String, Sendable, Hashable {
    /// A file is missing or cannot be read or written.
    case file
    /// A document that is damaged or not of its format.
    case invalidDocument
    /// A document beyond a limit.
    case tooLarge
    /// A setting that cannot be right.
    case invalidSetting
    /// A knowledge base, document or piece that does not exist.
    case notFound
    /// A knowledge base that exists already.
    case alreadyExists
    /// The store refused or failed.
    case store
    /// No room on the disk that keeps a knowledge base, or beyond the size that it may have.
    case diskFull
    /// The server that keeps a knowledge base does not answer.
    case unreachable
    /// An embedder, a reranker or a model failed.
    case model
    /// A budget of tokens, time or money is used up.
    case budget
    /// A source that is no longer what was cited.
    case changed
    /// Something that is not supported.
    case unsupported
    /// The work was cancelled.
    case cancelled
  }

  /// The kind of failure.
  public let code: Code
  /// The place: a file, a field, a knowledge base.
  public let context: String
  /// What would have been right.
  public let expected: String
  /// What was there.
  public let found: String
  /// What to do about it.
  public let hint: String
  /// What only whoever runs the program is to read, such as the address of an endpoint; may be empty.
  public let privateDetail: String

  /// Makes an error; parts that say nothing may be left out.
  public init(
    _ code: Code, context: String, expected: String = "", found: String = "", hint: String = "",
    privateDetail: String = ""
  ) {
    self.code = code
    self.context = context
    self.expected = expected
    self.found = found
    self.hint = hint
    self.privateDetail = privateDetail
  }

  /// A sentence that names the place, what was expected, what was found and the cure.
  public var description: String { sentence(detail: privateDetail.isEmpty ? "" : " (\(privateDetail))") }

  /// The sentence without its private part, for the clients of a server.
  public var publicDescription: String { sentence(detail: "") }

  private func sentence(detail: String) -> String {
    var text = context.isEmpty ? "" : "\(context): "
    switch code {
    case .file: text += "cannot be read or written"
    case .invalidDocument: text += "not a readable document"
    case .tooLarge: text += "beyond the limit"
    case .invalidSetting: text += "the setting cannot be right"
    case .notFound: text += "not there"
    case .alreadyExists: text += "exists already"
    case .store: text += "the store failed"
    case .diskFull: text += "the disk, or the room that the base may take, is full"
    case .unreachable: text += "the server cannot be reached"
    case .model: text += "the model failed"
    case .budget: text += "the budget is used up"
    case .changed: text += "changed since it was cited"
    case .unsupported: text += "not supported"
    case .cancelled: text += "cancelled"
    }
    if !expected.isEmpty { text += ", expected \(expected)" }
    if !found.isEmpty { text += ", found \(found)" }
    text += detail
    return hint.isEmpty ? text : text + ". " + hint
  }
}
