/// Many byte strings in one buffer, so that reading a vocabulary makes two allocations instead of one for each token.
///
/// String `i` is `bytes[offsets[i]..<offsets[i + 1]]`; `offsets` has one entry more than there are strings.
public struct PackedStrings: Sendable, Equatable {
  /// The strings, one after the other, without separators.
  public private(set) var bytes: [UInt8]
  /// Where each string begins, and after the last one the length of `bytes`.
  public private(set) var offsets: [Int]

  /// An empty list.
  public init() {
    bytes = []
    offsets = [0]
  }

  /// Wraps a buffer that is laid out already.
  ///
  /// - Throws: `TokenizerError` unless offsets begin at 0, never fall and end at the length of `bytes`.
  public init(bytes: [UInt8], offsets: [Int]) throws(TokenizerError) {
    var previous = 0
    for (index, offset) in offsets.enumerated() {
      guard offset >= previous, index > 0 || offset == 0 else {
        throw Self.layoutError("offset \(offset) at index \(index), after \(previous)")
      }
      previous = offset
    }
    guard let last = offsets.last, last == bytes.count else {
      throw Self.layoutError("a last offset of \(offsets.last ?? -1) for \(bytes.count) bytes")
    }
    self.bytes = bytes
    self.offsets = offsets
  }

  /// Packs ordinary strings.
  public init(_ strings: some Sequence<String>) {
    self.init()
    for string in strings { append(string.utf8) }
  }

  /// The number of strings.
  public var count: Int { offsets.count - 1 }

  /// Makes room for a known amount, to avoid growing step by step.
  public mutating func reserveCapacity(strings: Int, bytes byteCount: Int) {
    offsets.reserveCapacity(strings + 1)
    bytes.reserveCapacity(byteCount)
  }

  /// Adds a string at the end.
  public mutating func append(_ string: some Sequence<UInt8>) {
    bytes.append(contentsOf: string)
    offsets.append(bytes.count)
  }

  /// The bytes of string `index`, which must be below `count`.
  public subscript(index: Int) -> ArraySlice<UInt8> {
    bytes[offsets[index]..<offsets[index + 1]]
  }

  /// Where string `index` lies in `bytes`.
  func range(_ index: Int) -> Range<Int> {
    offsets[index]..<offsets[index + 1]
  }

  /// Lets `body` write bytes behind the last string; `finishString` or `split` makes strings of them.
  mutating func writeString(
    _ body: (inout [UInt8]) throws(TokenizerError) -> Void
  ) throws(TokenizerError) {
    try body(&bytes)
  }

  /// Ends the string whose bytes were written.
  mutating func finishString() {
    offsets.append(bytes.count)
  }

  /// Makes two strings of the bytes that were written, without the byte at `middle`.
  mutating func split(at middle: Int) {
    bytes.remove(at: middle)
    offsets.append(middle)
    offsets.append(bytes.count)
  }

  private static func layoutError(_ found: String) -> TokenizerError {
    TokenizerError(
      .invalidField, in: "packed strings", expected: "offsets that rise from 0 to the length of the buffer",
      found: found, hint: "Rebuild the offsets from the lengths of the strings.")
  }
}
