public import InkFormats

/// Why a model could not be put together from its files.
public struct ModelLoadError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kinds of failure.
  public enum Code: String, Sendable, Hashable {
    /// No family of that name is known here.
    case unknownFamily
    /// A setting of the configuration that this library does not compute.
    case unsupported
    /// A setting that cannot be right.
    case invalidConfiguration
    /// A tensor that the family needs is not there.
    case missingTensor
    /// A tensor that nothing reads.
    case unusedTensor
    /// A tensor of another shape than the configuration says.
    case shapeMismatch
    /// A file is not there or may not be read.
    case cannotOpen
    /// The files themselves are at fault; `found` is the message of the format's error.
    case file
    /// The disk has no room for what is written.
    case diskFull
    /// The process has no room for a file.
    case outOfMemory
  }

  /// The kind of failure.
  public let code: Code
  /// The place: a tensor, a key of the configuration, a file.
  public let context: String
  /// What would have been right.
  public let expected: String
  /// What was there.
  public let found: String
  /// What to do about it.
  public let hint: String

  /// Makes an error; parts that say nothing may be left out.
  public init(_ code: Code, context: String, expected: String = "", found: String = "", hint: String = "") {
    self.code = code
    self.context = context
    self.expected = expected
    self.found = found
    self.hint = hint
  }

  /// The failure of a file, seen from the model.
  ///
  /// - Parameter code: the kind of failure; without one it is what a failure to find or read a tensor means.
  public init(_ error: FormatError, as code: Code? = nil) {
    let ownCode: Code =
      switch error.code {
      case .missing: .missingTensor
      case .shapeMismatch: .shapeMismatch
      case .diskFull: .diskFull
      case .outOfMemory: .outOfMemory
      case .cannotOpen: .cannotOpen
      case .cannotWrite, .truncated, .malformed, .unsupported, .outOfRange, .overlap, .duplicate,
        .typeMismatch:
        .file
      }
    let place = [error.file, error.context].filter { !$0.isEmpty }.joined(separator: ": ")
    // Whatever it happened to: what has a cure of its own is said as what it is.
    let isPlain = ![.diskFull, .outOfMemory, .cannotOpen].contains(ownCode)
    self.init(
      isPlain ? code ?? ownCode : ownCode, context: place, expected: error.expected, found: error.found,
      hint: error.hint)
  }

  /// Text from a file, shortened and quoted for a message.
  static func quoted(_ text: String) -> String { "\"\(String(text.unicodeScalars.prefix(80)))\"" }

  public var description: String {
    var text = context.isEmpty ? "" : "\(context): "
    switch code {
    case .unknownFamily: text += "unknown model family"
    case .unsupported: text += "not supported"
    case .invalidConfiguration: text += "the configuration cannot be right"
    case .missingTensor: text += "missing"
    case .unusedTensor: text += "nothing reads this tensor"
    case .shapeMismatch: text += "the shape does not fit"
    case .file, .cannotOpen: text += "cannot be read"
    case .outOfMemory: text += "there is no memory left for it"
    case .diskFull: text += "cannot be written"
    }
    if !expected.isEmpty { text += ", expected \(expected)" }
    if !found.isEmpty { text += ", found \(found)" }
    return hint.isEmpty ? text : text + ". " + hint
  }
}
