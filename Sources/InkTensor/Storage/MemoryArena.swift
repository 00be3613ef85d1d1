#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Memory out of which buffers of any size are cut. Neighbours that come back become one again, so that what one phase of a
/// step gives back serves the next one in other sizes.
///
/// Address space is taken in large regions, of which only what buffers have covered is resident. A buffer lies in the
/// smallest gap that it fits into, and where none was covered before only if it must.
struct MemoryArena: ~Copyable {
  private struct Region {
    let base: UnsafeMutableRawPointer
    let capacity: Int
    /// Bytes from the base on that buffers have covered.
    var covered = 0

    var start: UInt { UInt(bitPattern: base) }
  }

  private struct Gap {
    var start: UInt
    var end: UInt

    var byteCount: Int { Int(end - start) }
  }

  /// Address space that is asked for at a time.
  private static let regionBytes = 1 << 30
  /// Buffers begin at multiples of it: a cache line.
  private static let unit = Storage.alignment
  private static let hugePage = 2 << 20

  private var regions: [Region] = []
  /// In the order of their addresses; no two touch, unless a region begins between them.
  private var gaps: [Gap] = []

  deinit {
    for region in regions { free(region.base) }
  }

  /// The bytes that buffers have covered: what is resident once they were written.
  var coveredByteCount: Int { regions.reduce(0) { $0 + $1.covered } }

  /// The bytes that a buffer takes.
  static func capacity(for byteCount: Int) -> Int { (byteCount + unit - 1) / unit * unit }

  /// The place of a buffer.
  ///
  /// - Parameter byteCount: of ``capacity(for:)``, above 0.
  mutating func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
    if let place = bestGap(for: byteCount) { return cut(byteCount, from: place) }
    addRegion(of: max(MemoryArena.regionBytes, byteCount))
    guard let place = bestGap(for: byteCount) else { trap("MemoryArena", "no place for \(byteCount) bytes") }
    return cut(byteCount, from: place)
  }

  /// The smallest gap among those whose beginning is covered already; without one, the first region that has room.
  private func bestGap(for byteCount: Int) -> Int? {
    var best: (index: Int, rank: (growing: Int, byteCount: Int))?
    for index in gaps.indices where gaps[index].byteCount >= byteCount {
      let number = region(of: gaps[index].start)
      let coveredEnd = regions[number].start + UInt(regions[number].covered)
      let rank =
        gaps[index].start + UInt(byteCount) <= coveredEnd ? (0, gaps[index].byteCount) : (1 + number, 0)
      if let best, best.rank <= rank { continue }
      best = (index, rank)
    }
    return best?.index
  }

  private func region(of address: UInt) -> Int {
    let found = regions.firstIndex { address >= $0.start && address < $0.start + UInt($0.capacity) }
    guard let found else { trap("MemoryArena", "a gap outside of all regions") }
    return found
  }

  private mutating func cut(_ byteCount: Int, from place: Int) -> UnsafeMutableRawPointer {
    let start = gaps[place].start
    gaps[place].start += UInt(byteCount)
    if gaps[place].start == gaps[place].end { gaps.remove(at: place) }
    let index = region(of: start)
    let offset = Int(start - regions[index].start)
    regions[index].covered = max(regions[index].covered, offset + byteCount)
    return regions[index].base + offset
  }

  private mutating func addRegion(of capacity: Int) {
    let region = Region(base: Storage.allocateAligned(capacity), capacity: capacity)
    regions.append(region)
    insert(Gap(start: region.start, end: region.start + UInt(capacity)))
  }

  /// Takes a buffer back.
  mutating func giveBack(_ base: UnsafeMutableRawPointer, byteCount: Int) {
    let start = UInt(bitPattern: base)
    insert(Gap(start: start, end: start + UInt(byteCount)))
  }

  private mutating func insert(_ gap: Gap) {
    var (lower, upper) = (0, gaps.count)
    while lower < upper {
      let middle = (lower + upper) / 2
      if gaps[middle].start < gap.start { lower = middle + 1 } else { upper = middle }
    }
    let joinsNext = lower < gaps.count && gap.end == gaps[lower].start && !isBorder(gap.end)
    let joinsLast = lower > 0 && gaps[lower - 1].end == gap.start && !isBorder(gap.start)
    switch (joinsLast, joinsNext) {
    case (true, true):
      gaps[lower - 1].end = gaps[lower].end
      gaps.remove(at: lower)
    case (true, false): gaps[lower - 1].end = gap.end
    case (false, true): gaps[lower].start = gap.start
    case (false, false): gaps.insert(gap, at: lower)
    }
  }

  private func isBorder(_ address: UInt) -> Bool { regions.contains { $0.start == address } }

  /// Gives what no buffer covers back to the system where it can be given back in whole pages; it stays address space.
  mutating func releaseUnused() {
    #if os(Linux)
      let page = UInt(MemoryArena.hugePage)
      for gap in gaps {
        let (start, end) = ((gap.start + page - 1) / page * page, gap.end / page * page)
        guard start < end, let base = UnsafeMutableRawPointer(bitPattern: start) else { continue }
        madvise(base, Int(end - start), Int32(MADV_DONTNEED))
      }
    #endif
  }
}
