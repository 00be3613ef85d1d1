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
    // Every second one stays, so that nothing large is free at an end, which the allocator gives back by itself. All are of
    // one size: wherever it finds room for them, those that stay are among those that go.
    var pieces = (0..<4000).map { _ in [UInt8](repeating: 1, count: 60_000) }
    let kept = stride(from: 0, to: pieces.count, by: 2).map { pieces[$0] }
    pieces = []
    let before = try residentBytes()
    HeapPages.giveBack()
    let after = try residentBytes()
    // 120 MB were free; tests beside this one may take some meanwhile.
    #expect(before - after > 60_000_000)
    #expect(kept.allSatisfy { $0.count == 60_000 && $0[59_999] == 1 })
  }
}
