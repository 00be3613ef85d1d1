import InkArchive
import InkFormats
import Testing

/// Pictures damaged in thousands of ways: a typed error or some picture, never a trap.
@Suite("Damaged images", .serialized)
struct ImageMutationTests {
  private static let limits = ImageLimits(maximumPixels: 1 << 16)

  private static func decode(_ bytes: [UInt8]) -> Bool {
    do throws(FormatError) {
      let image = try RasterImage.decode(bytes, limits: limits)
      #expect(image.samples.count == image.width * image.height * 3)
      return true
    } catch {
      #expect(!error.description.isEmpty)
      return false
    }
  }

  /// PNG files whose check sums are made right again, so that what lies behind them is reached.
  private static func repaired(_ bytes: [UInt8]) -> [UInt8] {
    var copy = bytes
    var position = 8
    while position + 12 <= copy.count {
      let length = copy[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= copy.count - position - 12 else { break }
      var sum = CyclicRedundancyCheck()
      sum.update(Array(copy[position + 4..<position + 8 + length]))
      for index in 0..<4 {
        copy[position + 8 + length + index] = UInt8(truncatingIfNeeded: sum.value >> (24 - 8 * UInt32(index)))
      }
      position += 12 + length
    }
    return copy
  }

  static let names = [
    "type0_1bit_interlaced.png", "type3_4bit.png", "type6_16bit.png", "type2_8bit_interlaced.png",
    "baseline_420_restart.jpg", "progressive_422.jpg", "progressive_cmyk.jpg", "sampling_2_separate.jpg",
    "orientation_6.jpg",
  ]

  private static func fixture(_ name: String) throws -> [UInt8] {
    try GoldenData.bytes(GoldenData.fixtures + "/images/" + name)
  }

  @Test("bytes changed, left out and put in", arguments: names)
  func mutations(name: String) throws {
    let bytes = try Self.fixture(name)
    var random = MutationTests.Random(state: UInt64(name.utf8.count))
    var refused = 0
    for _ in 0..<1500 {
      let copy = MutationTests.damaged(bytes, header: bytes.count, &random)
      if !Self.decode(copy) { refused += 1 }
      if name.hasSuffix(".png"), !Self.decode(Self.repaired(copy)) { refused += 1 }
    }
    #expect(refused > 100)
  }

  @Test("files cut anywhere are refused", arguments: names)
  func cut(name: String) throws {
    let bytes = try Self.fixture(name)
    for length in 0..<bytes.count - 2 {
      let isRead = Self.decode(Array(bytes[..<length]))
      // A sequential file whose scans are complete may lack the marker of its end.
      #expect(!isRead || name.hasSuffix(".jpg") && length > bytes.count / 2, "\(length) bytes")
    }
  }

  @Test(
    "sizes beyond the limits are refused before memory is taken", arguments: ["type2_8bit.png", "baseline_420.jpg"])
  func large(name: String) throws {
    var bytes = try Self.fixture(name)
    let place: Int
    if name.hasSuffix(".png") {
      place = 16
      for index in 0..<8 { bytes[place + index] = index % 4 == 1 ? 0x7f : 0 }
      bytes = Self.repaired(bytes)
    } else {
      place = try #require(bytes.indices.dropLast(10).first { bytes[$0] == 0xff && bytes[$0 + 1] == 0xc0 }) + 5
      for index in 0..<4 { bytes[place + index] = 0xff }
    }
    let error = try #require(formatError { () throws(FormatError) in try RasterImage.decode(bytes) })
    #expect(error.code == .outOfRange)
    // Within the limits, but more than the file can hold.
    let other = formatError { () throws(FormatError) in
      try RasterImage.decode(bytes, limits: ImageLimits(maximumPixels: .max))
    }
    #expect(other?.code == .truncated || other?.code == .outOfRange)
  }

  @Test(
    "coding that is not read is named",
    arguments: [
      (0xc3, "lossless"), (0xc7, "lossless"), (0xc9, "arithmetic"), (0xca, "arithmetic"),
    ] as [(UInt8, String)])
  func unsupported(marker: UInt8, word: String) throws {
    var bytes = try Self.fixture("baseline_420.jpg")
    let place = try #require(bytes.indices.dropLast(10).first { bytes[$0] == 0xff && bytes[$0 + 1] == 0xc0 })
    bytes[place + 1] = marker
    let error = try #require(formatError { () throws(FormatError) in try RasterImage.decode(bytes) })
    #expect(error.code == .unsupported && error.description.contains(word))
    bytes[place + 1] = 0xc1
    bytes[place + 4] = 12
    let deep = try #require(formatError { () throws(FormatError) in try RasterImage.decode(bytes) })
    #expect(deep.code == .unsupported && deep.description.contains("12 bits"))
  }

  @Test(
    "other formats are named", arguments: [("GIF89a", "GIF"), ("BM", "BMP"), ("RIFF....WEBP", "WebP"), ("", "empty")])
  func others(start: String, word: String) throws {
    let error = try #require(formatError { () throws(FormatError) in try RasterImage.decode(Array(start.utf8)) })
    #expect(error.code == .unsupported && error.description.contains(word))
  }
}
