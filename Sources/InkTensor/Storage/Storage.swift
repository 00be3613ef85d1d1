#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A run of bytes that tensors share: memory of our own, or a file mapped read-only.
///
/// `@unchecked Sendable`: the pointer and the size never change after `init`. Bytes are written only by the
/// operation that allocated the storage, before its result is handed out (or by the owner of a cache page, one
/// writer at a time, at positions that no reader looks at yet); after that they are only read.
package final class Storage: @unchecked Sendable {
  enum Backing {
    case owned
    case pooled(StoragePool)
    case mapped(MappedFile.Access)
  }

  /// The number of bytes.
  package let byteCount: Int
  let base: UnsafeMutableRawPointer
  private let capacity: Int
  private let backing: Backing

  /// Every allocation begins on such a boundary: a cache line, and one 512-bit register.
  package static let alignment = 64
  /// From this size on memory is asked for in huge pages: fewer faults at load, fewer TLB misses in decoding.
  static let hugePageThreshold = 4 << 20
  /// The system maps a file in runs: one touched byte makes up to so many around it resident, at multiples of as many.
  private static let mappedRun = 2 << 20

  init(base: UnsafeMutableRawPointer, byteCount: Int, capacity: Int, backing: Backing) {
    self.base = base
    self.byteCount = byteCount
    self.capacity = capacity
    self.backing = backing
  }

  deinit {
    switch backing {
    case .owned: free(base)
    case .pooled(let pool): pool.giveBack(base, capacity: capacity)
    case .mapped: munmap(base, capacity)
    }
  }

  /// No bytes: what tensors refer to whose elements were given up.
  static let empty = allocate(byteCount: 0)

  /// Memory whose contents are undefined until written.
  package static func allocate(byteCount: Int) -> Storage {
    let capacity = max(byteCount, alignment)
    return Storage(base: allocateAligned(capacity), byteCount: byteCount, capacity: capacity, backing: .owned)
  }

  /// Memory that reads as zero.
  package static func zeros(byteCount: Int) -> Storage {
    let storage = allocate(byteCount: byteCount)
    memset(storage.base, 0, byteCount)
    return storage
  }

  /// A copy of `bytes`.
  package static func copying(_ bytes: [UInt8]) -> Storage {
    let storage = allocate(byteCount: bytes.count)
    bytes.withUnsafeBytes { source in
      if let start = source.baseAddress { storage.base.copyMemory(from: start, byteCount: bytes.count) }
    }
    return storage
  }

  static func allocateAligned(_ capacity: Int) -> UnsafeMutableRawPointer {
    let huge = capacity >= hugePageThreshold
    var pointer: UnsafeMutableRawPointer?
    let status = posix_memalign(&pointer, huge ? 2 << 20 : alignment, capacity)
    guard status == 0, let pointer else { endWithoutMemory(capacity) }
    #if os(Linux)
      if huge { madvise(pointer, capacity, Int32(MADV_HUGEPAGE)) }
    #endif
    return pointer
  }

  /// Reads a range of bytes through a bounds-checked view.
  package func withBytes<Result, Failure: Error>(
    in range: Range<Int>, _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    checkRange(range)
    let buffer = UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count)
    return try body(buffer.bytes)
  }

  /// A copy of a range of bytes.
  package func bytes(in range: Range<Int>) -> [UInt8] {
    checkRange(range)
    return [UInt8](UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
  }

  /// Gives the pages of a mapped file that lie wholly inside the range back to the system: they count no longer as
  /// resident and are read again if touched. Does nothing for memory of our own, nor for bytes that may have been changed.
  package func discardResidentPages(_ range: Range<Int>) {
    guard case .mapped(.reading) = backing, !range.isEmpty else { return }
    checkRange(range)
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let lower = (range.lowerBound + page - 1) / page * page
    let upper = range.upperBound == byteCount ? range.upperBound : range.upperBound / page * page
    if lower < upper { madvise(base + lower, upper - lower, Int32(MADV_DONTNEED)) }
  }

  /// Gives back all that reading the range has made resident: its neighbours too, which the system maps along with what is
  /// touched. What others still read of them comes back from the page cache.
  package func discardResidentRuns(around range: Range<Int>) {
    checkRange(range)
    guard !range.isEmpty else { return }
    let run = Storage.mappedRun
    let next = ((range.upperBound - 1) / run + 1) * run
    discardResidentPages(range.lowerBound / run * run..<min(next, byteCount))
  }

  /// Asks the system to read a range of a mapped file ahead of its use.
  package func willNeed(_ range: Range<Int>) {
    guard case .mapped = backing, !range.isEmpty else { return }
    checkRange(range)
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let lower = range.lowerBound / page * page
    madvise(base + lower, range.upperBound - lower, Int32(MADV_WILLNEED))
  }

  private func checkRange(_ range: Range<Int>) {
    if range.lowerBound < 0 || range.upperBound > byteCount {
      trap("Storage", "bytes \(range) of a storage of \(byteCount)")
    }
  }
}
