#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that appears whole or not at all: written beside its place, synchronised, then renamed over it.
///
/// Dropping it before ``commit()`` removes what was written. One owner writes; it is not `Sendable`.
package final class AtomicFile {
  private let path: String
  private let temporaryPath: String
  private var descriptor: Int32
  private var isCommitted = false
  /// Bytes written so far.
  package private(set) var position = 0

  /// Starts a file that will replace `path`.
  ///
  /// - Throws: `cannotOpen` when the folder is missing or not writable.
  package init(replacing path: String) throws(TensorError) {
    self.path = path
    let tag = String(UInt32.random(in: 0...UInt32.max), radix: 36)
    temporaryPath = "\(path).partial-\(getpid())-\(tag)"
    descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    if descriptor < 0 { throw failure("cannot create the file") }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if !isCommitted { unlink(temporaryPath) }
  }

  /// Appends bytes.
  package func write(_ bytes: [UInt8]) throws(TensorError) {
    var failed: TensorError?
    bytes.withUnsafeBytes { buffer in
      do throws(TensorError) { try write(buffer) } catch { failed = error }
    }
    if let failed { throw failed }
  }

  /// Appends part of a storage without copying it. A programmer's error if the range leaves the storage.
  package func write(_ storage: Storage, range: Range<Int>) throws(TensorError) {
    if range.lowerBound < 0 || range.upperBound > storage.byteCount {
      trap("AtomicFile.write", "bytes \(range) of a storage of \(storage.byteCount)")
    }
    try write(UnsafeRawBufferPointer(start: storage.base + range.lowerBound, count: range.count))
  }

  /// Appends zero bytes until the position is a multiple of `alignment`.
  package func pad(to alignment: Int) throws(TensorError) {
    let excess = position % alignment
    if excess != 0 { try write([UInt8](repeating: 0, count: alignment - excess)) }
  }

  private func write(_ buffer: UnsafeRawBufferPointer) throws(TensorError) {
    // The system takes at most about 2 GiB a call and may take less.
    var done = 0
    while done < buffer.count {
      guard let start = buffer.baseAddress else { return }
      let taken = sysWrite(start + done, min(buffer.count - done, 1 << 30))
      if taken < 0 {
        if errno == EINTR { continue }
        throw failure("cannot write")
      }
      done += taken
      position += taken
    }
  }

  private func sysWrite(_ start: UnsafeRawPointer, _ count: Int) -> Int {
    #if canImport(Darwin)
      return Darwin.write(descriptor, start, count)
    #elseif canImport(Glibc)
      return Glibc.write(descriptor, start, count)
    #else
      return Musl.write(descriptor, start, count)
    #endif
  }

  /// Makes the bytes durable and puts the file in its place.
  ///
  /// - Throws: `diskFull`, or `cannotOpen` with the system's reason; the old file is then untouched.
  package func commit() throws(TensorError) {
    guard fsync(descriptor) == 0 else { throw failure("cannot synchronise") }
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0 else { throw failure("cannot close") }
    guard rename(temporaryPath, path) == 0 else { throw failure("cannot put the file in its place") }
    isCommitted = true
    synchroniseFolder()
  }

  /// The rename itself lasts only once the folder is on disk. A file system that cannot do this is no failure.
  private func synchroniseFolder() {
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let folderDescriptor = open(folder, O_RDONLY | O_CLOEXEC)
    if folderDescriptor >= 0 {
      fsync(folderDescriptor)
      close(folderDescriptor)
    }
  }

  private func failure(_ what: String) -> TensorError {
    let code = errno
    if code == ENOSPC || code == EDQUOT {
      return TensorError(
        .diskFull, context: path, expected: "free space", found: "a full disk", hint: "Free some space.")
    }
    return TensorError(
      .cannotOpen, context: path, expected: "a place that can be written",
      found: "\(what): \(String(cString: strerror(code)))",
      hint: "Check that the folder exists and that you may write there.")
  }
}
