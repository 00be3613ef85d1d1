import InkTensor

/// SHA-256 of the bytes of tensors, by name: what was written is compared with what is read back.
package struct TensorDigests: Sendable, Equatable {
  private var lines: [String: String] = [:]

  package init() {}

  /// The names.
  package var names: [String] { lines.keys.sorted() }

  /// The digest, type and shape of a tensor as one text.
  package subscript(name: String) -> String? { lines[name] }

  /// Notes the digest of a tensor.
  package mutating func note(_ info: TensorInfo, _ hasher: TensorHasher) {
    lines[info.name] = "\(hasher.hexadecimal) \(info.type) \(info.shape)"
  }

  /// One digest for all tensors; it does not depend on their order or on files.
  package var combined: String {
    var hasher = TensorHasher()
    for name in names { hasher.update(Array("\(lines[name] ?? "") \(name)\n".utf8)) }
    return hasher.hexadecimal
  }

  /// Reads a source and compares it with the digests.
  ///
  /// - Throws: `cannotWrite`, naming the first tensor that is not what was written.
  package func check(_ source: any TensorSource) throws(FormatError) {
    guard Set(source.tensorNames) == Set(names) else {
      throw FormatError(
        .cannotWrite, file: source.path, context: "read back", expected: "\(names.count) tensors",
        found: "\(source.tensorNames.count)", hint: "The disk or the file system may be faulty.")
    }
    var found = TensorDigests()
    for name in source.tensorNames {
      let stored = try source.stored(name)
      var hasher = TensorHasher()
      hasher.update(stored)
      found.note(stored.info, hasher)
      guard found[name] == self[name] else {
        throw FormatError(
          .cannotWrite, file: source.path, context: "read back: tensor \(FormatError.quoted(name))",
          expected: self[name] ?? "", found: found[name] ?? "", hint: "The disk or the file system may be faulty.")
      }
    }
  }
}

/// SHA-256 while bytes pass by.
package struct TensorHasher: Sendable {
  private var hasher = ContentHasher(like: .sha256(""), size: 0)
  private static let chunk = 1 << 20

  package init() {}

  /// Takes in bytes.
  package mutating func update(_ bytes: [UInt8]) { hasher.update(bytes) }

  /// Takes in the bytes of a tensor, and gives the pages of a mapped file back.
  package mutating func update(_ stored: StoredTensor) {
    var position = stored.byteRange.lowerBound
    while position < stored.byteRange.upperBound {
      let end = min(position + TensorHasher.chunk, stored.byteRange.upperBound)
      hasher.update(stored.storage.bytes(in: position..<end))
      position = end
    }
    stored.storage.discardResidentRuns(around: stored.byteRange)
  }

  /// The digest as 64 digits.
  package var hexadecimal: String { hasher.finish()?.hexadecimal ?? "" }
}
