import InkTensor
import Testing

/// Memory that comes back is used again, within a limit.
@Suite("Storage pool")
struct StoragePoolTests {
  /// Where a storage begins.
  private func address(_ storage: Storage) -> UInt {
    storage.withBytes(in: 0..<storage.byteCount) { bytes in
      bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    }
  }

  @Test("memory that was released is handed out again for any size of its class")
  func reuse() {
    let pool = StoragePool()
    var storage: Storage? = pool.allocate(byteCount: 10_000)
    let first = storage.map(address)
    #expect(pool.heldByteCount == 0)
    storage = nil
    #expect(pool.heldByteCount == StoragePool.sizeClass(10_000).capacity)
    let other = pool.allocate(byteCount: 20_000)
    #expect(address(other) != first)
    let again = pool.allocate(byteCount: 9_900)
    #expect(StoragePool.sizeClass(9_900).index == StoragePool.sizeClass(10_000).index)
    #expect(address(again) == first)
    #expect(again.byteCount == 9_900)
    #expect(pool.heldByteCount == 0)
  }

  @Test("no more than the limit is kept", arguments: [0, 255, 256, 1024, 4096, 5000])
  func limit(_ limit: Int) {
    let pool = StoragePool(keeping: .atMost(limit))
    var storages = (0..<40).map { pool.allocate(byteCount: 64 * $0) }
    #expect(pool.heldByteCount == 0)
    while !storages.isEmpty {
      storages.removeLast()
      #expect(pool.heldByteCount <= limit)
    }
    #expect(limit < 256 ? pool.heldByteCount == 0 : pool.heldByteCount > limit - 2560)
  }

  @Test("two storages never share memory while both are alive")
  func distinct() {
    let pool = StoragePool()
    var random = TestRandom(seed: 9)
    var alive: [Storage] = []
    for _ in 0..<500 {
      if alive.count > 20 { alive.remove(at: Int(random.next() % 20)) }
      alive.append(pool.allocate(byteCount: Int(random.next() % 3000)))
      let places = alive.filter { $0.byteCount > 0 }.map { (start: address($0), count: UInt($0.byteCount)) }
        .sorted { $0.start < $1.start }
      #expect(zip(places, places.dropFirst()).allSatisfy { $0.start + $0.count <= $1.start })
      #expect(places.allSatisfy { $0.start % UInt(Storage.alignment) == 0 })
    }
  }

  @Test("a storage outlives its pool, and the pool's memory goes when the last of both is gone")
  func outlives() {
    var pool: StoragePool? = StoragePool()
    weak let watched = pool
    var storage = pool?.allocate(byteCount: 1000)
    pool = nil
    #expect(storage?.byteCount == 1000)
    #expect(watched != nil)
    storage = nil
    #expect(watched == nil)
  }

  @Test("classes of sizes grow with the size, hold it, and waste at most a quarter of it")
  func classes() {
    var sizes = Array(256...70_000)
    for exponent in 17..<46 {
      for offset in [-1, 0, 1] { for quarter in 4...7 { sizes.append(quarter << (exponent - 2) + offset) } }
    }
    sizes.sort()
    var (lastIndex, lastCapacity) = (0, 0)
    for size in sizes {
      let (index, capacity) = StoragePool.sizeClass(size)
      if capacity < size || (capacity - size) * 4 > size { Issue.record("\(size) bytes get \(capacity)") }
      if index < lastIndex || (index == lastIndex) != (capacity == lastCapacity) { Issue.record("class of \(size)") }
      if capacity % 64 != 0 || StoragePool.sizeClass(capacity) != (index, capacity) { Issue.record("end of \(size)") }
      (lastIndex, lastCapacity) = (index, capacity)
    }
    #expect(lastIndex < 160)
    #expect(StoragePool.sizeClass(256) == (3, 256))
  }

  @Test("several threads may take and give back at once")
  func concurrent() async {
    let pool = StoragePool(keeping: .atMost(100_000))
    await withTaskGroup(of: Bool.self) { group in
      for task in 0..<4 {
        group.addTask {
          var random = TestRandom(seed: UInt64(task))
          var kept: [Storage] = []
          for _ in 0..<2000 {
            kept.append(pool.allocate(byteCount: Int(random.next() % 5000)))
            if kept.count > 8 { kept.removeFirst(Int(random.next() % 8)) }
          }
          return kept.allSatisfy { $0.byteCount < 5000 }
        }
      }
      for await fine in group { #expect(fine) }
    }
    #expect(pool.heldByteCount > 0 && pool.heldByteCount <= 100_000)
  }
}
