import InkTensor
import Testing

/// A pool that keeps everything cuts large buffers anew, whatever their sizes were.
@Suite("Memory arena")
struct MemoryArenaTests {
  private static let mebibyte = 1 << 20

  private func address(_ storage: Storage) -> UInt {
    storage.withBytes(in: 0..<storage.byteCount) { bytes in
      bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    }
  }

  @Test(
    "buffers that came back in any order serve one of their size together",
    arguments: [[0, 1, 2], [1, 0, 2], [2, 0, 1]])
  func joined(_ order: [Int]) {
    let pool = StoragePool(keeping: .everything)
    var buffers: [Storage?] = (1...3).map { pool.allocate(byteCount: $0 * MemoryArenaTests.mebibyte) }
    let first = buffers[0].map(address)
    // What lies behind them keeps them from growing.
    let wall = pool.allocate(byteCount: MemoryArenaTests.mebibyte)
    for index in order { buffers[index] = nil }
    let whole = pool.allocate(byteCount: 6 * MemoryArenaTests.mebibyte)
    #expect(address(whole) == first)
    #expect(pool.peakByteCount == 7 * MemoryArenaTests.mebibyte)
    #expect(address(wall) == address(whole) + UInt(whole.byteCount))
  }

  @Test("a buffer takes the smallest gap that it fits into")
  func smallest() {
    let pool = StoragePool(keeping: .everything)
    var buffers: [Storage?] = [4, 1, 2, 1].map { pool.allocate(byteCount: $0 * MemoryArenaTests.mebibyte) }
    let narrow = buffers[2].map(address)
    buffers[0] = nil
    buffers[2] = nil
    #expect(address(pool.allocate(byteCount: 2 * MemoryArenaTests.mebibyte)) == narrow)
  }

  @Test("what was covered is used before what was not, in all that was asked of the system")
  func covered() {
    let pool = StoragePool(keeping: .everything)
    // More than a region holds; none of it is written.
    var buffers = (0..<2).map { _ in pool.allocate(byteCount: 700 * MemoryArenaTests.mebibyte) }
    #expect(buffers.count == 2)
    buffers = []
    for _ in 0..<3 {
      buffers = (0..<14).map { _ in pool.allocate(byteCount: 100 * MemoryArenaTests.mebibyte) }
      #expect(buffers.count == 14)
      #expect(pool.peakByteCount == 1400 * MemoryArenaTests.mebibyte)
      buffers = []
    }
  }

  @Test("two buffers never share memory while both are alive, and what they hold stays")
  func distinct() {
    let pool = StoragePool(keeping: .everything)
    var random = TestRandom(seed: 4)
    var alive: [Storage] = []
    for _ in 0..<400 {
      if alive.count > 12 { alive.remove(at: Int(random.next() % 12)) }
      alive.append(pool.allocate(byteCount: 1 + Int(random.next() % 3_000_000)))
      let places = alive.map { (start: address($0), count: UInt($0.byteCount)) }.sorted { $0.start < $1.start }
      #expect(zip(places, places.dropFirst()).allSatisfy { $0.start + $0.count <= $1.start })
      #expect(places.allSatisfy { $0.start % UInt(Storage.alignment) == 0 })
    }
  }

  @Test("a buffer may be larger than what is asked of the system at a time")
  func large() {
    let pool = StoragePool(keeping: .everything)
    let large = pool.allocate(byteCount: 3 << 30)
    let other = pool.allocate(byteCount: MemoryArenaTests.mebibyte)
    let (start, end) = (address(large), address(large) + UInt(large.byteCount))
    #expect(!(start..<end).contains(address(other)))
  }

  @Test("memory that was given back to the system can be used again")
  func released() {
    let cpu = CPU(threads: 1, keptMemory: .everything)
    let ones = Tensor([Float](repeating: 1, count: 1 << 20), shape: [1 << 20])
    var sum: Tensor? = cpu.add(ones, ones)
    #expect(sum?.toArray().last == 2)
    sum = nil
    cpu.releaseUnusedMemory()
    let again = cpu.add(ones, ones)
    #expect(again.toArray().allSatisfy { $0 == 2 })
    #expect(cpu.peakMemory >= 4 << 20 && cpu.peakMemory < 5 << 20)
  }

  @Test("several threads may take and give back at once")
  func concurrent() async {
    let pool = StoragePool(keeping: .everything)
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<4 {
        group.addTask {
          var random = TestRandom(seed: UInt64(task))
          var kept: [Storage] = []
          for _ in 0..<1000 {
            kept.append(pool.allocate(byteCount: 300_000 + Int(random.next() % 1_000_000)))
            if kept.count > 8 { kept.removeFirst(Int(random.next() % 8)) }
          }
        }
      }
    }
    // All is back in one piece: a buffer of nearly all that was covered needs no more.
    let covered = pool.peakByteCount
    #expect(covered > 0)
    let whole = pool.allocate(byteCount: covered / 2)
    #expect(whole.byteCount == covered / 2 && pool.peakByteCount == covered)
  }
}
