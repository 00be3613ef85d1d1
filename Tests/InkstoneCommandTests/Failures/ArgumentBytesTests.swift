import InkstoneCommand
import Testing

@Suite("Bytes of arguments")
struct ArgumentBytesTests {
  private func check(_ parts: [[UInt8]]) throws(CommandError) {
    let arguments = parts.map { String(decoding: $0, as: UTF8.self) }
    try ArgumentBytes.check(arguments) { parts.flatMap { $0 + [0] } }
  }

  @Test("a file name in another encoding is refused with its place, not looked for under another name")
  func otherEncoding() {
    let error = #expect(throws: CommandError.self) {
      try check([Array("inkstone".utf8), Array("inspect".utf8), [0xD6, 0xD0, 0x2E, 0x74, 0x78, 0x74]])
    }
    #expect(error?.code == .usage)
    #expect(error?.context == "argument 2")
    #expect(error?.description.contains("UTF-8") == true)
  }

  @Test("text in UTF-8 is taken, also with the sign that stands for bytes that could not be read")
  func text() throws {
    #expect(throws: Never.self) { try check([Array("inkstone".utf8), Array("砚台 \u{FFFD}".utf8), []]) }
    #expect(throws: Never.self) { try ArgumentBytes.check(["\u{FFFD}"]) { nil } }
  }
}
