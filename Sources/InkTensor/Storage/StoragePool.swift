import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Keeps freed buffers by size class, so that a step after the first asks the system for nothing.
///
/// Size classes are powers of two with four steps between them, at most a quarter wasted. A pool that keeps everything cuts
/// large buffers out of a ``MemoryArena`` instead.
/// `@unchecked Sendable`: the pointers it holds are unused memory and are reached only under the lock.
package final class StoragePool: @unchecked Sendable {
  /// What a pool notes of the memory it gives out.
  package enum Account: Sendable {
    /// How much there is.
    case sizes
    /// Also how much of each buffer was asked for, which is what becomes resident of it.
    case use
  }

  private struct Shelves: ~Copyable {
    var free: [[UnsafeMutableRawPointer]] = Array(repeating: [], count: StoragePool.classCount)
    var heldBytes = 0
    /// Bytes that came from the system and did not go back, in use or held, and the most that they ever were.
    var systemBytes = 0
    var peakBytes = 0
    /// The most bytes that were asked for of each buffer, by its address, where that is noted.
    var used: [UInt: (bytes: Int, capacity: Int)] = [:]
    var arena = MemoryArena()
  }

  private static let classCount = 160
  private let shelves = Mutex(Shelves())
  private let keeping: KeptMemory
  private let account: Account
  /// Larger buffers come from the arena where everything is kept. It is the capacity of a class.
  private static let arenaThreshold = 256 << 10

  /// An empty pool.
  package init(keeping: KeptMemory = .atMost(1 << 30), account: Account = .sizes) {
    self.keeping = keeping
    self.account = account
  }

  deinit {
    shelves.withLock { shelves in
      for shelf in shelves.free { for pointer in shelf { free(pointer) } }
    }
  }

  /// Memory of at least `byteCount` bytes with undefined contents; it comes back when the storage is released.
  package func allocate(byteCount: Int) -> Storage {
    if isCut(byteCount) { return cut(byteCount) }
    let (index, capacity) = StoragePool.sizeClass(max(byteCount, 256))
    let reused = shelves.withLock { shelves -> Address? in
      guard let pointer = shelves.free[index].popLast() else { return nil }
      shelves.heldBytes -= capacity
      return Address(pointer: pointer)
    }
    let base = reused?.pointer ?? allocateNew(capacity)
    note(byteCount, of: UInt(bitPattern: base), capacity)
    return Storage(base: base, byteCount: byteCount, capacity: capacity, backing: .pooled(self))
  }

  /// Whether a buffer of this size lies in the arena.
  private func isCut(_ byteCount: Int) -> Bool {
    switch keeping {
    case .atMost: false
    case .everything: byteCount > StoragePool.arenaThreshold
    }
  }

  private func cut(_ byteCount: Int) -> Storage {
    let capacity = MemoryArena.capacity(for: byteCount)
    let address = shelves.withLock { shelves in
      let pointer = shelves.arena.allocate(byteCount: capacity)
      shelves.peakBytes = max(shelves.peakBytes, shelves.systemBytes + shelves.arena.coveredByteCount)
      return Address(pointer: pointer)
    }
    return Storage(base: address.pointer, byteCount: byteCount, capacity: capacity, backing: .pooled(self))
  }

  private func allocateNew(_ capacity: Int) -> UnsafeMutableRawPointer {
    shelves.withLock { shelves in
      shelves.systemBytes += capacity
      shelves.peakBytes = max(shelves.peakBytes, shelves.systemBytes + shelves.arena.coveredByteCount)
    }
    return Storage.allocateAligned(capacity)
  }

  private func note(_ byteCount: Int, of address: UInt, _ capacity: Int) {
    switch account {
    case .sizes: return
    case .use:
      shelves.withLock { shelves in
        shelves.used[address] = (max(shelves.used[address]?.bytes ?? 0, byteCount), capacity)
      }
    }
  }

  /// The bytes that are resident once all that was asked for is written, of all buffers there ever were; 0 where use is
  /// not noted.
  package var usedByteCount: Int {
    shelves.withLock { shelves in
      shelves.used.values.reduce(shelves.arena.coveredByteCount) {
        $0 + StoragePool.resident($1.bytes, of: $1.capacity)
      }
    }
  }

  /// The bytes of whole pages; large buffers lie in huge ones, the last page of a small one in others too.
  private static func resident(_ byteCount: Int, of capacity: Int) -> Int {
    if capacity < Storage.hugePageThreshold { return min((byteCount + 4095) / 4096 * 4096, capacity) }
    let page = 2 << 20
    return (byteCount + page - 1) / page * page
  }

  /// The most bytes that it had from the system at a time, in use or kept.
  package var peakByteCount: Int { shelves.withLock { $0.peakBytes } }

  /// The bytes of unused memory it keeps at the moment.
  package var heldByteCount: Int { shelves.withLock { $0.heldBytes } }

  func giveBack(_ base: UnsafeMutableRawPointer, capacity: Int) {
    let address = Address(pointer: base)
    if isCut(capacity) {
      return shelves.withLock { $0.arena.giveBack(address.pointer, byteCount: capacity) }
    }
    let limit =
      switch keeping {
      case .atMost(let bytes): bytes
      case .everything: Int.max
      }
    let kept = shelves.withLock { shelves -> Bool in
      guard capacity <= limit - shelves.heldBytes else {
        shelves.systemBytes -= capacity
        return false
      }
      shelves.free[StoragePool.sizeClass(capacity).index].append(address.pointer)
      shelves.heldBytes += capacity
      return true
    }
    if !kept { free(base) }
  }

  /// Gives memory that is not in use back to the system.
  func releaseUnused() {
    let unused = shelves.withLock { shelves -> [Address] in
      shelves.arena.releaseUnused()
      let pointers = shelves.free.joined().map { Address(pointer: $0) }
      for index in shelves.free.indices { shelves.free[index] = [] }
      shelves.systemBytes -= shelves.heldBytes
      shelves.heldBytes = 0
      return pointers
    }
    for address in unused { free(address.pointer) }
  }

  /// The class of a size and the capacity of that class. Capacities are multiples of 64.
  package static func sizeClass(_ byteCount: Int) -> (index: Int, capacity: Int) {
    let exponent = Int.bitWidth - 1 - (byteCount - 1).leadingZeroBitCount  // floor(log2(byteCount - 1))
    let step = 1 << max(exponent - 2, 0)
    let quarter = (byteCount - 1 - (1 << exponent)) / step + 1
    return ((exponent - 7) * 4 + quarter - 1, (1 << exponent) + quarter * step)
  }

  /// Carries a pointer over the lock's boundary; whoever holds it owns the memory alone.
  private struct Address: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
  }
}
