import Foundation
import InkTensor
import Testing

@Suite("Pages of the allocator")
struct HeapPagesTests {
  /// Bytes of the process that are in memory.
  private func residentBytes() throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    return try #require(text.split(separator: " ").dropFirst().first.flatMap { Int($0) }) * Int(getpagesize())
  }

  @Test(
    "free pages between pieces that are in use go back to the system",
    .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/statm"), "the system does not tell its pages"))
  func betweenPieces() throws {
    // Small ones between large ones keep the allocator from joining, and so from giving back by itself.
    var small: [[UInt8]] = []
    var large: [[UInt8]] = []
    for _ in 0..<4000 {
      large.append([UInt8](repeating: 1, count: 60_000))
      small.append([UInt8](repeating: 1, count: 64))
    }
    large = []
    let before = try residentBytes()
    HeapPages.giveBack()
    let after = try residentBytes()
    // 240 MB were free; tests beside this one may take some meanwhile.
    #expect(before - after > 120_000_000)
    #expect(small.allSatisfy { $0.count == 64 && $0[63] == 1 })
  }
}
