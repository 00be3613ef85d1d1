/// Reads a piece line by line and holds one of them at a time.
struct StoredLines: Sendable {
  /// A line without its line break.
  struct Line: Sendable {
    /// Its number, from 1.
    var number: Int
    var bytes: [UInt8]
    /// The offset behind its line break.
    var end: Int
    /// Whether it has a line break; the last one need not.
    var isEnded: Bool
  }

  private static let pieceBytes = 256 << 10

  private let store: RecordStore
  private let identifier: StoredIdentifier
  private let part: BlobName.Part
  private let limit: Int
  private var offset = 0
  private var consumed = 0
  private var number = 0
  private var pending: [UInt8] = []
  private var place = 0
  private var isOver = false

  /// - Parameter limit: the most bytes that a line may have.
  init(_ store: RecordStore, _ identifier: StoredIdentifier, _ part: BlobName.Part, limit: Int) {
    self.store = store
    self.identifier = identifier
    self.part = part
    self.limit = limit
  }

  /// The next line; nil at the end.
  ///
  /// - Throws: `invalidRequest` for a line that is too long.
  mutating func next() async throws(ServerError) -> Line? {
    var searched = place
    while true {
      if let end = pending[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { place = end + 1 }
        return line(pending[place..<end], breakBytes: 1)
      }
      guard pending.count - place <= limit else {
        throw ServerError(
          .invalidRequest, "Line \(number + 1) is longer than \(limit) bytes.", code: "line_too_long")
      }
      if isOver {
        guard place < pending.count else { return nil }
        defer { place = pending.count }
        return line(pending[place...], breakBytes: 0)
      }
      pending.removeFirst(place)
      place = 0
      searched = pending.count
      let bytes = try await store.read(identifier, part, at: offset, count: Self.pieceBytes)
      offset += bytes.count
      pending += bytes
      isOver = bytes.isEmpty
    }
  }

  private mutating func line(_ bytes: ArraySlice<UInt8>, breakBytes: Int) -> Line {
    number += 1
    consumed += bytes.count + breakBytes
    let text = bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes
    return Line(number: number, bytes: Array(text), end: consumed, isEnded: breakBytes > 0)
  }
}
