/// What became of one file, folder or document.
public struct DocumentOutcome: Sendable, Hashable {
  /// Why something in a folder was not read.
  public enum SkipReason: Sendable, Hashable {
    /// Its name begins with a dot.
    case hidden
    /// A link that leads out of the folder, to nothing, or to a folder.
    case link
    /// A pipe, a socket, a device.
    case notAFile
    /// More bytes than the limit.
    case oversized(bytes: Int, limit: Int)
    /// No loader reads files with this ending.
    case unknownFormat
    /// It has no byte.
    case empty
  }

  /// What happened.
  public enum Result: Sendable, Hashable {
    case added
    /// Another content took the place of the earlier one.
    case replaced
    /// The base has it already.
    case unchanged
    case removed
    case skipped(SkipReason)
    case failed(RetrievalError)
  }

  /// The document's name, or that of what would have been one.
  public var name: String
  /// Where it lies; nil for an upload.
  public var path: String?
  /// What happened.
  public var result: Result
  /// Pieces of the document.
  public var pieces: Int
  /// Pieces of them that were embedded; the others' vectors were known.
  public var embedded: Int
  /// What was left out when the file was read.
  public var warnings: [String]

  /// An outcome.
  public init(
    name: String, path: String?, result: Result, pieces: Int = 0, embedded: Int = 0, warnings: [String] = []
  ) {
    self.name = name
    self.path = path
    self.result = result
    self.pieces = pieces
    self.embedded = embedded
    self.warnings = warnings
  }
}
