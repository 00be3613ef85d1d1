import InkArchive
import InkTensor

/// What is wrong with a file, a folder or a set of weights that came from outside.
public struct FormatError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kinds of failure.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// The file is not there or may not be read.
    case cannotOpen
    /// The file could not be written; what was there before is unchanged.
    case cannotWrite
    /// The disk has no room for the file; what was there before is unchanged.
    case diskFull
    /// The process has no room for the file.
    case outOfMemory
    /// The file ends before its content does.
    case truncated
    /// The bytes do not follow the format.
    case malformed
    /// The format is followed, but this part of it is not read by this library.
    case unsupported
    /// A count, an offset or a size leads outside the file or does not fit the machine.
    case outOfRange
    /// Two tensors claim the same bytes.
    case overlap
    /// Something that is needed is not there.
    case missing
    /// A name occurs twice.
    case duplicate
    /// A value is there, with another type than the one asked for.
    case typeMismatch
    /// Shapes do not fit each other.
    case shapeMismatch
  }

  /// The kind of failure.
  public let code: Code
  /// The file or folder.
  public let file: String
  /// The place inside it: a tensor, a key path, a line and column.
  public let context: String
  /// What would have been right.
  public let expected: String
  /// What was there.
  public let found: String
  /// What to do about it.
  public let hint: String

  /// Makes an error; parts that say nothing may be left out.
  public init(
    _ code: Code, file: String, context: String = "", expected: String = "", found: String = "", hint: String = ""
  ) {
    self.code = code
    self.file = file
    self.context = context
    self.expected = expected
    self.found = found
    self.hint = hint
  }

  public var description: String {
    var text = file.isEmpty ? "" : "\(file): "
    if !context.isEmpty { text += "\(context): " }
    text += summary
    if !expected.isEmpty { text += ", expected \(expected)" }
    if !found.isEmpty { text += ", found \(found)" }
    if !hint.isEmpty { text += ". \(hint)" }
    return text
  }

  private var summary: String {
    switch code {
    case .cannotOpen: "cannot be opened"
    case .cannotWrite, .diskFull: "cannot be written"
    case .outOfMemory: "there is no memory left for it"
    case .truncated: "the file ends too early"
    case .malformed: "not well formed"
    case .unsupported: "not supported"
    case .outOfRange: "out of range"
    case .overlap: "overlaps another tensor"
    case .missing: "missing"
    case .duplicate: "occurs twice"
    case .typeMismatch: "has another type"
    case .shapeMismatch: "shapes do not fit"
    }
  }

  /// The same failure seen from this module.
  init(_ error: TensorError, file: String) {
    let code: Code =
      switch error.code {
      case .cannotOpen, .cannotMap, .communication: .cannotOpen
      case .diskFull: .diskFull
      case .outOfRange: .outOfRange
      case .shapeMismatch: .shapeMismatch
      case .unsupported: .unsupported
      case .outOfMemory: .outOfMemory
      }
    self.init(
      code, file: file, context: error.context == file ? "" : error.context, expected: error.expected,
      found: error.found, hint: error.hint)
  }

  /// A failure to read or check a file as those of the hub are, seen from the file it is.
  init(_ error: HubError, file: String) {
    let code: Code =
      switch error.code {
      case .archive, .sizeMismatch, .hashMismatch: .malformed
      case .diskFull: .diskFull
      case .invalidReference, .invalidConfiguration, .notFound, .unauthorized, .forbidden, .rateLimited, .serverFailure,
        .network, .stalled, .redirect, .badResponse, .unsafePath, .fileSystem, .offline, .locked, .packageIndex,
        .unknownModel, .noMatchingFile, .cancelled:
        .cannotOpen
      }
    self.init(
      code, file: file, context: error.context == file ? "" : error.context, expected: error.expected,
      found: error.found, hint: error.hint)
  }

  /// A failure of an archive or of compressed data, seen from the file it is.
  init(_ error: ArchiveError, file: String) {
    let code: Code =
      switch error.code {
      case .damaged, .unsupported, .tooLarge: .malformed
      case .file, .cancelled, .stopped: .cannotOpen
      }
    self.init(
      code, file: file, context: error.context == file ? "" : error.context, expected: error.expected,
      found: error.found, hint: error.hint)
  }

  /// A failure to write `file`.
  init(writing error: TensorError, file: String) {
    let code: Code = error.code == .diskFull ? .diskFull : .cannotWrite
    self.init(code, file: file, expected: error.expected, found: error.found, hint: error.hint)
  }

  /// A failure to write `file`, seen from below.
  init(writing error: HubError, file: String) {
    let code: Code = error.code == .diskFull ? .diskFull : .cannotWrite
    self.init(code, file: file, expected: error.expected, found: error.found, hint: error.hint)
  }

  /// Text from a file, shortened and quoted for a message.
  static func quoted(_ text: String) -> String {
    let limit = 80
    let shown =
      text.unicodeScalars.prefix(limit + 1).count > limit ? String(text.unicodeScalars.prefix(limit)) + "…" : text
    return "\"\(shown)\""
  }
}
