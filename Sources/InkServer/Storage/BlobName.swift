/// The name of a piece of bytes that belongs to something the server keeps.
struct BlobName: Sendable, Hashable {
  /// Which of its pieces.
  enum Part: String, Sendable, Hashable, CaseIterable {
    /// What is known of it.
    case record = ".json"
    /// The bytes of a file.
    case content = ".data"
    /// Lines added one after the other.
    case log = ".log"
  }

  let identifier: StoredIdentifier
  let part: Part

  init(_ identifier: StoredIdentifier, _ part: Part) {
    self.identifier = identifier
    self.part = part
  }

  /// The name of a file that was found; nil for one that is none of ours.
  init?(fileName: String, kind: StoredIdentifier.Kind) {
    for part in Part.allCases where fileName.hasSuffix(part.rawValue) {
      guard let identifier = StoredIdentifier(String(fileName.dropLast(part.rawValue.count)), kind) else { return nil }
      self.init(identifier, part)
      return
    }
    return nil
  }

  var fileName: String { identifier.description + part.rawValue }
}
