import InkTensor

/// The strings of a GGUF array, left where they lie in the file: a vocabulary of 150,000 tokens opens without making
/// one `String`.
///
/// The strings were checked to be UTF-8 when the file was opened.
public struct GGUFStringArray: Sendable, Hashable, RandomAccessCollection {
  private let storage: Storage
  /// Where the content of each string begins, and behind the last one where the next would. Before each content
  /// stand the 8 bytes of its length.
  private let starts: [Int]

  init(storage: Storage, starts: [Int]) {
    self.storage = storage
    self.starts = starts
  }

  /// An array of its own, for writing.
  public init(_ strings: [String]) {
    var bytes: [UInt8] = []
    var starts = [8]
    for string in strings {
      bytes.append(contentsOf: GGUFWriter.lengthPrefixed(string))
      starts.append(bytes.count + 8)
    }
    self.init(storage: Storage.copying(bytes), starts: starts)
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { starts.count - 1 }

  /// One string, made anew at each call.
  public subscript(index: Int) -> String { String(decoding: bytes(at: index), as: UTF8.self) }

  /// The UTF-8 bytes of one string.
  public func bytes(at index: Int) -> [UInt8] { storage.bytes(in: range(at: index)) }

  /// Reads the UTF-8 bytes of one string where they lie.
  public func withBytes<Result, Failure: Error>(
    at index: Int, _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try storage.withBytes(in: range(at: index), body)
  }

  /// All strings in one buffer without anything between them, and where each begins; one offset more than strings.
  /// The fastest way to hand a vocabulary on.
  public func packed() -> (bytes: [UInt8], offsets: [Int]) {
    let offsets = starts.indices.map { starts[$0] - starts[0] - 8 * $0 }
    return (storage.joiningRuns(starts, gap: 8), offsets)
  }

  /// The file's bytes of all elements, lengths included.
  var encoded: (storage: Storage, range: Range<Int>) { (storage, starts[0] - 8..<starts[count] - 8) }

  private func range(at index: Int) -> Range<Int> { starts[index]..<starts[index + 1] - 8 }

  public static func == (left: GGUFStringArray, right: GGUFStringArray) -> Bool {
    left.count == right.count && left.indices.allSatisfy { left.bytes(at: $0) == right.bytes(at: $0) }
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    for index in indices { hasher.combine(bytes(at: index)) }
  }
}
