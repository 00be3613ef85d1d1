/// The bytes that tokens add to a text, by id, while a table is made.
struct TokenBytes {
  private(set) var bytes: [UInt8] = []
  private(set) var starts: [UInt32] = [0]
  private(set) var opening = TokenTable.TextOpening.unchanged
  private var exceptions: [TokenID: [UInt8]] = [:]
  private var dropsSpace = false

  var count: Int { starts.count - 1 }

  func range(_ id: Int) -> Range<Int> { Int(starts[id])..<Int(starts[id + 1]) }

  /// Adds the next id, with no bytes if it is not to be used.
  mutating func append(_ token: some Sequence<UInt8>) {
    bytes.append(contentsOf: token)
    starts.append(UInt32(truncatingIfNeeded: bytes.count))
  }

  /// Adds the next id with what it decodes to at the beginning of a text.
  mutating func append(_ token: [UInt8], atBeginning first: [UInt8]) {
    let id = TokenID(count)
    append(token)
    if first == token {
      if token.first == Scan.space { exceptions[id] = first }
      return
    }
    dropsSpace = true
    if token.first != Scan.space || !token.dropFirst().elementsEqual(first) { exceptions[id] = first }
  }

  /// Decides how texts begin, once all tokens are there.
  mutating func finish() {
    opening = dropsSpace ? .dropsSpace(exceptions: exceptions) : .unchanged
  }
}
