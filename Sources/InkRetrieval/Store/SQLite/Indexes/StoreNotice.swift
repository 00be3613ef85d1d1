import Foundation

/// Something that a person may want to know of a store that goes on all the same.
public enum StoreNotice: Sendable, Hashable, CustomStringConvertible {
  /// An index file was missing, damaged or of another making, and was built again from the database.
  case rebuilt(base: String, index: String, pieces: Int, reason: String)
  /// An index could not be written. The next process that opens the base catches up by itself.
  case notSaved(base: String, index: String, reason: String)

  /// A sentence.
  public var description: String {
    switch self {
    case .rebuilt(let base, let index, let pieces, let reason):
      "\(base): built the \(index) index of \(pieces) pieces again: \(reason)"
    case .notSaved(let base, let index, let reason):
      "\(base): the \(index) index could not be saved and will be caught up with when the base is opened: \(reason)"
    }
  }

  /// Writes a notice to standard error.
  public static func writeToStandardError(_ notice: StoreNotice) {
    try? FileHandle.standardError.write(contentsOf: Data("\(notice)\n".utf8))
  }
}
