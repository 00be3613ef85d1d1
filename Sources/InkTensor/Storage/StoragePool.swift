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
/// Size classes are powers of two with four steps between them, at most a quarter wasted.
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
  }

  private static let classCount = 160
  private let shelves = Mutex(Shelves())
  private let limit: Int
  private let account: Account

  /// A pool that keeps at most `limit` bytes of unused memory.
  package init(limit: Int = 1 << 30, account: Account = .sizes) {
    self.limit = limit
    self.account = account
  }

  deinit {
    shelves.withLock { shelves in
      for shelf in shelves.free { for pointer in shelf { free(pointer) } }
    }
  }

  /// Memory of at least `byteCount` bytes with undefined contents; it comes back when the storage is released.
  package func allocate(byteCount: Int) -> Storage {
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

  private func allocateNew(_ capacity: Int) -> UnsafeMutableRawPointer {
    shelves.withLock { shelves in
      shelves.systemBytes += capacity
      shelves.peakBytes = max(shelves.peakBytes, shelves.systemBytes)
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
      shelves.used.values.reduce(0) { $0 + StoragePool.resident($1.bytes, of: $1.capacity) }
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
    let kept = shelves.withLock { shelves -> Bool in
      guard shelves.heldBytes + capacity <= limit else {
        shelves.systemBytes -= capacity
        return false
      }
      shelves.free[StoragePool.sizeClass(capacity).index].append(address.pointer)
      shelves.heldBytes += capacity
      return true
    }
    if !kept { free(base) }
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
