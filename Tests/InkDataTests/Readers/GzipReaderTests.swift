import InkData
import Testing

/// Sources that are packed by gzip.
@Suite struct GzipReaderTests {
  /// `{"text": "one"}` and `{"text": "two"}` on two lines, two members; made with Python's gzip.
  private static let lines: [UInt8] = [
    0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xAB, 0x56, 0x2A, 0x49, 0xAD, 0x28,
    0x51, 0xB2, 0x52, 0x50, 0xCA, 0xCF, 0x4B, 0x55, 0xAA, 0xE5, 0x02, 0x00, 0x6D, 0x03, 0xD1, 0x06,
    0x10, 0x00, 0x00, 0x00, 0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xAB, 0x56,
    0x2A, 0x49, 0xAD, 0x28, 0x51, 0xB2, 0x52, 0x50, 0x2A, 0x29, 0xCF, 0x57, 0xAA, 0xE5, 0x02, 0x00,
    0xA2, 0xE4, 0x8D, 0x6D, 0x10, 0x00, 0x00, 0x00,
  ]
  /// 4,000,000 spaces, packed twice; made with Python's gzip.
  private static let packedBomb: [UInt8] = [
    0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x93, 0xEF, 0xE6, 0x60, 0x00, 0x01,
    0x26, 0xE6, 0xB7, 0x07, 0x19, 0x79, 0x81, 0x8C, 0x43, 0x0B, 0xB4, 0xDE, 0xCF, 0xBF, 0x24, 0xC7,
    0xA7, 0xC1, 0x30, 0x0A, 0x46, 0xC1, 0x28, 0x18, 0x05, 0xA3, 0x60, 0x14, 0x8C, 0x82, 0x51, 0x30,
    0x0A, 0x46, 0xC1, 0x28, 0x18, 0x05, 0xA3, 0x60, 0x14, 0x8C, 0x02, 0x10, 0x78, 0x70, 0x97, 0x41,
    0x5A, 0xF6, 0xCC, 0x04, 0x06, 0x4E, 0x5B, 0x06, 0x00, 0xB0, 0x3C, 0xEE, 0xCD, 0x48, 0x0F, 0x00,
    0x00,
  ]

  @Test("Lines and texts are read, of all members, and are named by their lines in the file")
  func read() throws {
    let files = FilesInMemory(bytes: ["a.jsonl.gz": Self.lines, "b/a.txt.gz": Self.lines])
    let dataset = try files.open("a.jsonl.gz")
    #expect(try dataset.texts() == ["one", "two"])
    #expect(dataset.origin(at: 1).description == "a.jsonl.gz:2")
    let documents = try files.open("b", documents: TextDocuments(division: .lines))
    #expect(try documents.texts() == [#"{"text": "one"}"#, #"{"text": "two"}"#])
  }

  @Test("A file that was cut off or changed is refused with its name and place, or says the same")
  func damaged() throws {
    var refused = 0
    for index in Self.lines.indices.dropFirst(10) {
      var changed = Self.lines
      changed[index] ^= 0x55
      for bytes in [changed, Array(Self.lines[..<index])] {
        let files = FilesInMemory(bytes: ["a.jsonl.gz": bytes])
        do throws(DataError) {
          #expect(try ["one", "two"].starts(with: files.open("a.jsonl.gz").texts()))
        } catch {
          #expect(error.context.hasPrefix("a.jsonl.gz"), "\(error)")
          refused += 1
        }
      }
    }
    #expect(refused > Self.lines.count)
    let error = dataError { _ = try FilesInMemory(["a.jsonl.gz": "no archive at all, but text"]).open("a.jsonl.gz") }
    #expect(error?.code == .invalidRecord && error?.context == "a.jsonl.gz, byte 0")
  }

  @Test("What unpacks to more than texts do, or than the limit, is refused")
  func bombs() throws {
    let bomb = try GzipDecompressor().decompressed(Self.packedBomb, path: "a.txt.gz.gz")
    #expect(bomb.count < 5000)
    let error = dataError { _ = try FilesInMemory(bytes: ["a.txt.gz": bomb]).open("a.txt.gz") }
    #expect(error?.code == .unsupported)
    #expect(error?.context.hasPrefix("a.txt.gz") == true)
    let small = dataError { _ = try GzipDecompressor(limit: 10).decompressed(Self.lines, path: "a.jsonl.gz") }
    #expect(small?.code == .unsupported)
  }
}
