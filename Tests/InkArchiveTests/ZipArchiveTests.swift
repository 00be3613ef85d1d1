import Foundation
import InkArchive
import InkTesting
import Testing

@Suite("Reading ZIP archives")
struct ZipArchiveTests {
  private static let fixture = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures/mixed.zip").path

  /// Bytes that look random and are the same each time (xorshift; Marsaglia, 2003).
  private static func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<count).map { _ in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return UInt8(truncatingIfNeeded: state >> 32)
    }
  }

  /// Writes `bytes` to a temporary file, opens it as an archive and unpacks all its members.
  private static func unpack(_ bytes: [UInt8]) throws -> [String: [UInt8]] {
    let path = FileManager.default.temporaryDirectory.path + "/inkstone-zip-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(bytes).write(to: URL(filePath: path))
    return try unpack(path: path)
  }

  private static func unpack(path: String) throws -> [String: [UInt8]] {
    let archive = try ZipArchive(path)
    var contents: [String: [UInt8]] = [:]
    for member in archive.members {
      var bytes: [UInt8] = []
      try archive.extract(member) { (piece) throws(ArchiveError) in bytes += piece }
      contents[member.name] = bytes
    }
    return contents
  }

  @Test(
    "members packed by another program come out whole",
    arguments: [
      ("text.txt", 6000, 0xFC8A496B),
      ("skew.bin", 3000, 0x5F0CC92C),
      ("noise.bin", 1000, 0x55327220),
      ("empty", 0, 0x00000000),
      ("folder/zeros.bin", 400000, 0x5E593D71),
      ("fixed.txt", 16, 0xD1672A0D),
    ])
  func reference(name: String, size: Int, checkSum: UInt32) throws {
    let contents = try Self.unpack(path: Self.fixture)
    let bytes = try #require(contents[name])
    #expect(bytes.count == size)
    var check = CyclicRedundancyCheck()
    check.update(bytes)
    #expect(check.value == checkSum)
  }

  @Test("ZIP64 lengths, offsets and end records are read", arguments: [(true, false), (false, true), (true, true)])
  func long(member: Bool, end: Bool) throws {
    let content = Self.noise(500)
    var builder = ZipBuilder(members: [
      .init(name: "a", content: [1]), .init(name: "b", content: content, long: member),
    ])
    builder.longEnd = end
    #expect(try Self.unpack(builder.bytes()) == ["a": [1], "b": content])
  }

  @Test("a comment that looks like an end record does not mislead")
  func comment() throws {
    var builder = ZipBuilder(members: [.init(name: "a", content: [1, 2, 3])])
    builder.comment = [0x50, 0x4B, 5, 6] + [UInt8](repeating: 0, count: 40)
    #expect(try Self.unpack(builder.bytes()) == ["a": [1, 2, 3]])
  }

  @Test("stored blocks inside deflated data are copied")
  func storedBlocks() throws {
    let content = Self.noise(70_000)
    func block(_ bytes: ArraySlice<UInt8>, last: Bool) -> [UInt8] {
      let count = UInt16(bytes.count)
      return [last ? 1 : 0, UInt8(count & 255), UInt8(count >> 8), UInt8(~count & 255), UInt8(~count >> 8)] + bytes
    }
    let packed = block(content[..<40_000], last: false) + block(content[40_000...], last: true)
    let builder = ZipBuilder(members: [.init(name: "a", content: content, packed: packed, method: 8)])
    #expect(try Self.unpack(builder.bytes()) == ["a": content])
  }

  @Test("an encrypted member is refused")
  func encrypted() {
    expectArchiveError(ZipBuilder(members: [.init(name: "a", content: [1], flags: 1)]), .unsupported, "encrypted")
  }

  @Test("an unknown method is refused by its number")
  func method() {
    expectArchiveError(ZipBuilder(members: [.init(name: "a", content: [1], method: 99)]), .unsupported, "method 99")
  }

  @Test("a wrong check sum is refused")
  func checkSum() {
    expectArchiveError(ZipBuilder(members: [.init(name: "a", content: [1], checkSum: 5)]), .damaged, "")
  }

  @Test("a bomb stops at the announced length")
  func bomb() throws {
    // The fixture's long run with a smaller length announced in both headers.
    var bytes = [UInt8](try Data(contentsOf: URL(filePath: Self.fixture)))
    let needle: [UInt8] = [0x80, 0x1A, 0x06, 0]  // 400,000
    for index in bytes.indices.dropLast(3) where Array(bytes[index..<index + 4]) == needle { bytes[index + 2] = 0 }
    let error = #expect(throws: ArchiveError.self) { _ = try Self.unpack(bytes) }
    #expect(error?.found.contains("more than the announced") == true)
  }

  private func expectArchiveError(_ builder: ZipBuilder, _ code: ArchiveError.Code, _ text: String) {
    let error = #expect(throws: ArchiveError.self) { _ = try Self.unpack(builder.bytes()) }
    #expect(error?.code == code)
    #expect(error?.found.contains(text) == true || text.isEmpty)
  }

  @Test("every truncation is refused", arguments: [0, 1, 21, 22, 100, 1000])
  func truncated(missing: Int) throws {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: Self.fixture)))
    for count in [bytes.count - 1 - missing, missing] {
      #expect(throws: ArchiveError.self) { _ = try Self.unpack(Array(bytes.prefix(max(0, count)))) }
    }
  }

  @Test("thousands of damaged archives end in an error or in the right bytes, never in a trap")
  func mutations() throws {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: Self.fixture)))
    let whole = try Self.unpack(path: Self.fixture)
    let small = ZipBuilder(
      members: [.init(name: "a", content: [1, 2, 3]), .init(name: "b", content: [4], long: true)], longEnd: true
    ).bytes()
    var refused = 0
    var tried = 0
    func attempt(_ damaged: [UInt8], _ expected: [[UInt8]]?) {
      tried += 1
      do {
        let contents = try Self.unpack(damaged)
        // A changed date or attribute does no harm, but content that comes out is content that went in.
        if let expected { for content in contents.values { #expect(expected.contains(content)) } }
      } catch {
        refused += 1
        #expect(error is ArchiveError)
      }
    }
    for index in small.indices {
      for value in [0, 1, 0x7F, 0x80, 0xFF, small[index] ^ 1, small[index] &+ 1] as [UInt8] {
        var damaged = small
        damaged[index] = value
        attempt(damaged, [[1, 2, 3], [4], []])
      }
    }
    for step in 0..<2000 {
      var damaged = bytes
      let noise = Self.noise(8, seed: UInt64(step + 3))
      let index = (Int(noise[0]) | Int(noise[1]) << 8 | Int(noise[2]) << 16) % bytes.count
      damaged[index] = noise[3] == damaged[index] ? ~noise[3] : noise[3]
      attempt(damaged, Array(whole.values))
    }
    #expect(tried > 3000)
    #expect(refused > tried / 2)
  }
}
