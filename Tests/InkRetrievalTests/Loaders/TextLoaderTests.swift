import InkRetrieval
import Testing

@Suite struct TextLoaderTests {
  @Test(
    "text is read in the encodings that files come in",
    arguments: [
      ([0xC4, 0xE3, 0xBA, 0xC3, 0xA3, 0xAC, 0xCA, 0xC0, 0xBD, 0xE7], "你好，世界", "gb18030"),
      ([0xA7, 0x41, 0xA6, 0x6E, 0xA1, 0x41, 0xA5, 0x40, 0xAC, 0xC9], "你好，世界", "big5"),
      ([0xFF, 0xFE, 0x60, 0x4F, 0x7D, 0x59], "你好", "utf-16le"),
      ([0xFE, 0xFF, 0x4F, 0x60, 0x59, 0x7D], "你好", "utf-16be"),
      ([0xEF, 0xBB, 0xBF, 0xE4, 0xBD, 0xA0], "你", "utf-8"),
      ([0x63, 0x61, 0x66, 0xE9, 0x20, 0x61, 0x75, 0x20, 0x6C, 0x61, 0x69, 0x74], "café au lait", "windows-1252"),
    ] as [([UInt8], String, String)])
  func encodings(bytes: [UInt8], text: String, encoding: String) throws {
    let document = try PlainTextLoader().extract(bytes, name: "a.txt")
    #expect(document.text == text)
    #expect(document.metadata["encoding"] == encoding)
  }

  @Test("bytes that are no text are refused with the file's name")
  func binary() {
    let error = #expect(throws: RetrievalError.self) {
      try PlainTextLoader().extract([0x7F, 0x45, 0x4C, 0x46, 0, 0, 1, 2], name: "program.txt")
    }
    #expect(error?.code == .invalidDocument)
    #expect(error?.context == "program.txt")
  }

  @Test("a file beyond the limit is refused before it is read")
  func limits() {
    let error = #expect(throws: RetrievalError.self) {
      try DocumentReader(limits: ReadingLimits(fileBytes: 10)).read(Array("more than ten".utf8), name: "a.txt")
    }
    #expect(error?.code == .tooLarge)
  }

  @Test("the signature, the media type and the name choose the loader in this order")
  func choice() throws {
    let reader = DocumentReader()
    #expect(try reader.choose(Array("# A".utf8), name: "a.md").mediaType == "text/markdown")
    #expect(
      try reader.choose(Array("# A".utf8), name: "a.txt", mediaType: "text/markdown; charset=utf-8").mediaType
        == "text/markdown")
    #expect(try reader.choose(Array("x".utf8), name: "upload", mediaType: "text/html").mediaType == "text/html")
    #expect(try reader.choose(Array("<!DOCTYPE html><p>x".utf8), name: "page").mediaType == "text/html")
    #expect(try reader.choose(Array("x".utf8), name: "notes/README").mediaType == "text/plain")
    #expect(throws: RetrievalError.self) { try reader.choose([0, 1, 2, 3], name: "a.bin") }
  }
}
