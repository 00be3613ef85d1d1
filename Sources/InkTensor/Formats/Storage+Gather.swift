extension Storage {
  /// A run of bytes in a storage.
  package struct Piece: Sendable {
    package let storage: Storage
    package let range: Range<Int>

    package init(_ storage: Storage, _ range: Range<Int>) {
      self.storage = storage
      self.range = range
    }
  }

  /// A new storage that holds the pieces one after the other.
  ///
  /// - Throws: `outOfRange` when a piece leaves its storage or the sum does not fit an `Int`.
  package static func gathering(_ pieces: [Piece]) throws(TensorError) -> Storage {
    var total = 0
    for piece in pieces {
      let (sum, overflow) = total.addingReportingOverflow(piece.range.count)
      guard !overflow, piece.range.lowerBound >= 0, piece.range.upperBound <= piece.storage.byteCount else {
        throw TensorError(
          .outOfRange, context: "gathering bytes", expected: "bytes inside 0..<\(piece.storage.byteCount)",
          found: "\(piece.range)")
      }
      total = sum
    }
    let result = Storage.allocate(byteCount: total)
    var position = 0
    for piece in pieces where !piece.range.isEmpty {
      (result.base + position).copyMemory(
        from: piece.storage.base + piece.range.lowerBound, byteCount: piece.range.count)
      position += piece.range.count
    }
    return result
  }

  /// The runs `starts[i]..<starts[i + 1] - gap` one after the other: the contents of strings without their lengths.
  /// A programmer's error if a run leaves the storage.
  package func joiningRuns(_ starts: [Int], gap: Int) -> [UInt8] {
    guard let first = starts.first, let last = starts.last, starts.count > 1 else { return [] }
    let total = last - first - gap * (starts.count - 1)
    if first < 0 || last - gap > byteCount || total < 0 { trap("joiningRuns", "\(first)..<\(last) of \(byteCount)") }
    return [UInt8](unsafeUninitializedCapacity: total) { buffer, count in
      for index in 0..<starts.count - 1 {
        let length = starts[index + 1] - gap - starts[index]
        if length < 0 || length > total - count || starts[index] < first { trap("joiningRuns", "run \(index)") }
        let source = UnsafeRawBufferPointer(start: base + starts[index], count: length)
        UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count..<count + length])
          .copyMemory(from: source)
        count += length
      }
    }
  }
}
