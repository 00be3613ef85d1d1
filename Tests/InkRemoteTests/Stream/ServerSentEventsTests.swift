import InkChat
import InkRemote
import Testing

@Suite("Finding events in a stream")
struct ServerSentEventsTests {
  private func events(_ text: String, cutAt size: Int) throws -> [String] {
    var parser = ServerSentEvents()
    var found: [ServerSentEvents.Event] = []
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: size) {
      found += try parser.take(bytes[start..<min(start + size, bytes.count)])
    }
    if let last = parser.end() { found.append(last) }
    return found.map { "\($0.name)|\(String(decoding: $0.data, as: UTF8.self))" }
  }

  @Test(
    "the same events are found however the stream is cut and whichever line ends it has",
    arguments: [
      ("data: a\n\ndata: b\n\n", ["|a", "|b"]),
      ("data:a\n\ndata:  b \n\n", ["|a", "| b "]),
      (": ping\n\n:\ndata: a\n: between\n\n", ["|a"]),
      ("event: error\ndata: x\nid: 7\nretry: 10\nunknown\n\n", ["error|x"]),
      ("data: one\ndata: two\ndata:\ndata\n\n", ["|one\ntwo\n\n"]),
      ("\u{FEFF}data: 砚台 🖋\n\n", ["|砚台 🖋"]),
      ("event: lost\n\ndata: a\n\n", ["|a"]),
      ("data: a\n\ndata: left", ["|a", "|left"]),
      ("data: a\n\nevent: x\ndata: left\n", ["|a", "x|left"]),
      ("data: a\n\n\n\n\n", ["|a"]),
      ("data: {\"a\": \"b: c\"}\n\n", ["|{\"a\": \"b: c\"}"]),
      ("", []),
    ])
  func cuts(text: String, expected: [String]) throws {
    for ending in ["\n", "\r\n", "\r"] {
      let text = text.replacing("\n", with: ending)
      for size in [1, 2, 3, 5, 7, 1000] {
        #expect(try events(text, cutAt: size) == expected, "\(ending.unicodeScalars.map(\.value)), \(size)")
      }
    }
  }

  @Test("an event beyond the limit is refused instead of kept")
  func limit() throws {
    var parser = ServerSentEvents(limit: 100)
    #expect(try parser.take(Array(("data: " + String(repeating: "x", count: 90) + "\n\n").utf8)).count == 1)
    #expect(throws: GenerationError.self) { try parser.take([UInt8](repeating: 0x78, count: 101)) }
    var lines = ServerSentEvents(limit: 100)
    #expect(throws: GenerationError.self) {
      for _ in 0..<20 { _ = try lines.take(Array("data: xxxxxxxxx\n".utf8)) }
    }
  }
}
