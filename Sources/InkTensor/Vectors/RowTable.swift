#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A table of rows of bytes that grows: in memory of its own, or a part of a mapped file until rows are changed or
/// added.
///
/// Rows begin on multiples of 64 bytes where the stride is such a multiple.
/// `@unchecked Sendable`: whoever owns the table sees to it that nobody reads while it grows, and that no row is read
/// while it is written.
package final class RowTable: @unchecked Sendable {
  /// Bytes from one row to the next.
  package let stride: Int
  /// The number of rows.
  package private(set) var count: Int
  private var storage: Storage
  private var offset: Int
  private var isOwned: Bool
  /// Whether single rows of the file's mapping can be filled, which then leave the file's pages.
  private var canFill: Bool

  /// A table without rows.
  package init(stride: Int) {
    self.stride = stride
    count = 0
    storage = Storage.empty
    offset = 0
    isOwned = true
    canFill = true
  }

  /// The rows that lie in a file from `offset` on. A programmer's error if they leave it.
  ///
  /// - Parameter access: how the file was mapped.
  package init(stride: Int, count: Int, mapped storage: Storage, offset: Int, access: MappedFile.Access = .reading) {
    let (byteCount, overflows) = stride.multipliedReportingOverflow(by: count)
    if overflows || offset < 0 || offset % 64 != 0 || byteCount > storage.byteCount - offset {
      trap("RowTable", "\(count) rows of \(stride) bytes at \(offset) of \(storage.byteCount)")
    }
    self.stride = stride
    self.count = count
    self.storage = storage
    self.offset = offset
    isOwned = false
    canFill =
      switch access {
      case .reading: false
      case .copyOnWrite: true
      }
  }

  /// Bytes of memory that it owns; none while the rows are those of a file.
  package var ownedByteCount: Int { isOwned ? storage.byteCount : 0 }

  /// The first row.
  var base: UnsafeMutableRawPointer { storage.base + offset }

  /// A row to be read or written.
  func row(_ index: Int) -> UnsafeMutableRawPointer { base + index * stride }

  /// Makes the rows memory of its own, with room for `capacity` of them.
  package func own(capacity: Int) {
    let needed = max(capacity, count) * stride
    guard !isOwned || needed > storage.byteCount else { return }
    let larger = Storage.allocate(byteCount: needed)
    if count > 0 { larger.base.copyMemory(from: base, byteCount: count * stride) }
    storage = larger
    offset = 0
    isOwned = true
    canFill = true
  }

  /// Adds rows that read as `byte`. Room is taken for half as many again as there are.
  package func grow(to newCount: Int, filledWith byte: UInt8) {
    guard newCount > count else { return }
    if !isOwned || newCount * stride > storage.byteCount { own(capacity: max(newCount, count + count / 2)) }
    memset(row(count), Int32(byte), (newCount - count) * stride)
    count = newCount
  }

  /// Lets all bytes of a row be `byte`.
  package func fill(row index: Int, with byte: UInt8) {
    if !canFill { own(capacity: count) }
    memset(row(index), Int32(byte), stride)
  }

  /// Reads all rows as bytes.
  package func withBytes<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try storage.withBytes(in: offset..<offset + count * stride, body)
  }

  /// Appends all rows to a file.
  package func write(to file: AtomicFile) throws(TensorError) {
    try file.write(storage, range: offset..<offset + count * stride)
  }

  /// A checksum of all rows (``Storage/checksum(of:)``).
  package var checksum: UInt64 { storage.checksum(of: offset..<offset + count * stride) }
}
