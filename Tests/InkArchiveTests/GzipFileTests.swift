import InkArchive
import Testing

@Suite struct GzipFileTests {
  /// Two members, the first with a file name, the second deflated with fixed codes; made with Python's gzip.
  private static let file: [UInt8] = [
    0x1F, 0x8B, 0x08, 0x08, 0x00, 0x00, 0x00, 0x00, 0x02, 0xFF, 0x61, 0x2E, 0x74, 0x78, 0x74, 0x00,
    0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x57, 0xC8, 0xA0, 0x3B, 0x09, 0x00, 0x2F, 0xFA, 0xF8, 0x48, 0x78,
    0x00, 0x00, 0x00, 0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x2B, 0x4E, 0x4D,
    0xCE, 0xCF, 0x4B, 0x01, 0x00, 0x69, 0x11, 0x1F, 0xB6, 0x06, 0x00, 0x00, 0x00,
  ]

  @Test("members follow each other, and the padding of tapes is passed over")
  func members() throws {
    let text = Array(String(repeating: "hello ", count: 20).utf8) + Array("second".utf8)
    #expect(try GzipFile.inflate(Self.file, limit: 1000, context: "a.gz") == text)
    #expect(try GzipFile.inflate(Self.file + [0, 0, 0], limit: 1000, context: "a.gz") == text)
  }

  @Test("a member that unpacks to more than allowed is refused")
  func limit() {
    let error = #expect(throws: ArchiveError.self) { try GzipFile.inflate(Self.file, limit: 100, context: "a.gz") }
    #expect(error?.code == .tooLarge)
  }

  @Test("every truncation and every changed byte ends in an error or in the same bytes")
  func mutations() throws {
    let whole = try GzipFile.inflate(Self.file, limit: 1000, context: "a.gz")
    var refused = 0
    for index in Self.file.indices {
      for value in [0, 0xFF, Self.file[index] ^ 1, Self.file[index] ^ 0x80] as [UInt8] where value != Self.file[index] {
        var damaged = Self.file
        damaged[index] = value
        do throws(ArchiveError) {
          #expect(try GzipFile.inflate(damaged, limit: 1000, context: "a.gz") == whole)
        } catch { refused += 1 }
      }
      let cut = try? GzipFile.inflate(Array(Self.file[..<index]), limit: 1000, context: "a.gz")
      #expect(cut == nil || cut == Array(whole.prefix(120)))
    }
    #expect(refused > Self.file.count)
  }
}
