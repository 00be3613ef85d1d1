import CInkKernels

/// The postings of one term, unpacked; the memory is kept for the next term.
///
/// `~Copyable`, since there is one owner of the memory.
package struct UnpackedPostings: ~Copyable {
  private var memory: Storage
  private var capacity: Int
  /// How many there are.
  package private(set) var count = 0

  /// Where a block lies in some bytes.
  package struct Block: Sendable, Hashable {
    /// Where its documents begin; its frequencies begin behind their last byte.
    package var start: Int
    /// Postings.
    package var count: Int
    /// Bits of a difference between documents less one, and of a frequency less one, at most 32.
    package var documentBits: Int
    package var frequencyBits: Int

    /// A block.
    package init(start: Int, count: Int, documentBits: Int, frequencyBits: Int) {
      self.start = start
      self.count = count
      self.documentBits = documentBits
      self.frequencyBits = frequencyBits
    }

    fileprivate var frequencyStart: Int { start + (count * documentBits + 7) / 8 }
    fileprivate var end: Int { frequencyStart + (count * frequencyBits + 7) / 8 }
  }

  /// Room for a first few.
  package init() {
    capacity = 1024
    memory = Storage.allocate(byteCount: capacity * 8)
  }

  private var documents: UnsafeMutablePointer<UInt32> { memory.base.assumingMemoryBound(to: UInt32.self) }
  private var frequencies: UnsafeMutablePointer<UInt32> { documents + capacity }

  /// Forgets all and makes room for so many.
  package mutating func begin(room: Int) {
    count = 0
    guard room > capacity else { return }
    capacity = max(room, capacity * 2)
    memory = Storage.allocate(byteCount: capacity * 8)
  }

  /// Appends a block. It, and 8 bytes behind it, lie inside the bytes; there is room.
  ///
  /// - Parameter previous: the last document before it, -1 if there is none.
  /// - Returns: its last document; of a damaged block perhaps more than 32 bits hold.
  package mutating func append(_ block: Block, after previous: Int, in bytes: RawSpan) -> Int {
    guard block.start >= 0, block.count > 0, block.count <= capacity - count, (0...32).contains(block.documentBits),
      (0...32).contains(block.frequencyBits), block.end + 8 <= bytes.byteCount, previous >= -1
    else { trap("UnpackedPostings.append", "a block inside the bytes and room for it") }
    let next = bytes.withUnsafeBytes { bytes -> UInt64 in
      guard let base = bytes.baseAddress else { return 0 }
      let start = base.assumingMemoryBound(to: UInt8.self)
      var packed = ink_posting_block(
        documents: start + block.start, frequencies: start + block.frequencyStart,
        document_bits: UInt32(block.documentBits), frequency_bits: UInt32(block.frequencyBits), count: block.count)
      return ink_postings_unpack(&packed, UInt64(previous + 1), documents + count, frequencies + count)
    }
    count += block.count
    return Int(next) - 1
  }

  /// Appends one posting, for which there is room; its document comes behind those before.
  package mutating func append(document: UInt32, frequency: UInt32) {
    guard count < capacity, count == 0 || documents[count - 1] < document else {
      trap("UnpackedPostings.append", "ascending documents and room")
    }
    documents[count] = document
    frequencies[count] = frequency
    count += 1
  }

  /// Leaves out the documents of which a bit is set; there is one for each.
  package mutating func remove(_ bits: [UInt64]) {
    var kept = 0
    for place in 0..<count {
      let document = documents[place]
      documents[kept] = document
      frequencies[kept] = frequencies[place]
      if bits[Int(document >> 6)] >> UInt64(document & 63) & 1 == 0 { kept += 1 }
    }
    count = kept
  }

  func withPointers(_ body: (UnsafePointer<UInt32>, UnsafePointer<UInt32>) -> Void) { body(documents, frequencies) }
}
