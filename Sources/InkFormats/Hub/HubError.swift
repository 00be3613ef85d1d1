/// What went wrong while a model was looked up, fetched, checked or stored.
///
/// Every error names the place (`context`), what was wanted (`expected`), what was there (`found`) and what the reader
/// can do about it (`hint`). Parts that do not apply are empty.
public struct HubError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kinds of failure a caller may want to tell apart, for instance to choose an exit code.
  public enum Code: String, Sendable, CaseIterable {
    /// The text that names a model, a revision or an address cannot be read.
    case invalidReference
    /// The settings contradict each other or miss something.
    case invalidConfiguration
    /// The hub has no such model, revision or file.
    case notFound
    /// The hub wants a token, or does not accept the one it got.
    case unauthorized
    /// The token is good, but the model's terms have not been accepted.
    case forbidden
    /// The hub asks to come back later than we are willing to wait.
    case rateLimited
    /// The hub failed by itself, several times.
    case serverFailure
    /// The connection could not be made or broke, several times.
    case network
    /// No byte arrived for longer than the stall timeout.
    case stalled
    /// Redirects go in a circle, are too many, or leave https.
    case redirect
    /// The answer is not what the protocol promises.
    case badResponse
    /// The file's length is not the announced one.
    case sizeMismatch
    /// The file's hash is not the announced one.
    case hashMismatch
    /// A file name or id from outside would leave the cache folder.
    case unsafePath
    /// The disk is full.
    case diskFull
    /// Another file system failure.
    case fileSystem
    /// The network is needed, but offline mode is on.
    case offline
    /// Another process holds the lock for too long.
    case locked
    /// Python or pip is missing or failed.
    case packageIndex
    /// The archive is damaged or of a kind that is not supported.
    case archive
    /// No built-in model has this name.
    case unknownModel
    /// The repository holds no file that fits the request, or several.
    case noMatchingFile
    /// The task was cancelled; what has arrived is kept for the next try.
    case cancelled
  }

  /// The kind of failure.
  public let code: Code
  /// Where: the file, address or model.
  public let context: String
  /// What should have been there.
  public let expected: String
  /// What was there.
  public let found: String
  /// What to do about it.
  public let hint: String

  /// Makes an error; leave out the parts that do not apply.
  public init(_ code: Code, context: String, expected: String = "", found: String = "", hint: String = "") {
    self.code = code
    self.context = context
    self.expected = expected
    self.found = found
    self.hint = hint
  }

  /// One sentence or two: the place, what was expected and found, and the cure.
  public var description: String {
    var text = context
    switch (expected.isEmpty, found.isEmpty) {
    case (false, false): text += ": expected \(expected), found \(found)"
    case (false, true): text += ": expected \(expected)"
    case (true, false): text += ": \(found)"
    case (true, true): break
    }
    text += "."
    if !hint.isEmpty { text += " " + hint + (hint.hasSuffix(".") ? "" : ".") }
    return text
  }
}
