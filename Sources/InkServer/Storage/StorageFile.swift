#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An open file or folder of the operating system, closed with whoever holds it.
final class StorageFile: Sendable {
  /// How it is opened.
  enum Mode: Sendable, Hashable {
    /// For reading; it must exist.
    case reading
    /// For writing at the end; it must exist.
    case appending
    /// A new one; it must not exist.
    case creating
    /// A file that only carries a lock.
    case locking

    fileprivate var flags: Int32 {
      switch self {
      case .reading: O_RDONLY
      case .appending: O_WRONLY | O_APPEND
      case .creating: O_WRONLY | O_CREAT | O_EXCL
      case .locking: O_RDWR | O_CREAT
      }
    }
  }

  private let descriptor: Int32
  private let path: String

  /// Opens a file.
  ///
  /// - Returns: nil when a file that must exist does not.
  init?(_ path: String, _ mode: Mode) throws(ServerError) {
    // What people upload and ask is nobody else's to read.
    descriptor = open(path, mode.flags | O_CLOEXEC | O_NOFOLLOW, 0o600)
    self.path = path
    guard descriptor < 0 else { return }
    let code = errno
    guard code == ENOENT else { throw Self.failure("open", path, code) }
    return nil
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  var size: Int {
    get throws(ServerError) {
      var status = stat()
      guard fstat(descriptor, &status) == 0 else { throw Self.failure("look at", path, errno) }
      return Int(status.st_size)
    }
  }

  /// Reads from an offset; fewer bytes than asked for only at the end.
  func read(at offset: Int, count: Int) throws(ServerError) -> [UInt8] {
    guard let start = off_t(exactly: offset), start >= 0, count > 0 else { return [] }
    let wanted = min(count, max(0, try size - offset))
    guard wanted > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: wanted)
    var got = pread(descriptor, &bytes, wanted, start)
    while got < 0, errno == EINTR { got = pread(descriptor, &bytes, wanted, start) }
    guard got >= 0 else { throw Self.failure("read", path, errno) }
    if got == wanted || got == 0 { return got == 0 ? [] : bytes }
    bytes.removeLast(wanted - got)
    return bytes + (try read(at: offset + got, count: wanted - got))
  }

  func write(_ bytes: [UInt8]) throws(ServerError) {
    var rest = bytes
    while !rest.isEmpty {
      let taken = Self.write(descriptor, rest)
      if taken < 0 {
        if errno == EINTR { continue }
        throw Self.failure("write", path, errno)
      }
      if taken == rest.count { return }
      rest.removeFirst(taken)
    }
  }

  /// Waits until what was written is on the disk; for a folder, until its names are.
  func synchronize() throws(ServerError) {
    guard fsync(descriptor) == 0 else { throw Self.failure("flush", path, errno) }
  }

  /// Takes the file's lock; false when another process has it.
  func lock() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

  /// Gives the file's lock back. Closing would not do while a process that is just being started holds a copy.
  func unlock() { _ = flock(descriptor, LOCK_UN) }

  static func truncate(_ path: String, to length: Int) throws(ServerError) {
    guard let length = off_t(exactly: length) else { return }
    #if canImport(Glibc)
      let code = Glibc.truncate(path, length)
    #elseif canImport(Musl)
      let code = Musl.truncate(path, length)
    #else
      let code = Darwin.truncate(path, length)
    #endif
    guard code == 0 else { throw failure("shorten", path, errno) }
  }

  static func move(_ path: String, to place: String) throws(ServerError) {
    guard rename(path, place) == 0 else { throw failure("rename", path, errno) }
  }

  /// Removes a file; false when there is none.
  @discardableResult
  static func remove(_ path: String) throws(ServerError) -> Bool {
    guard unlink(path) != 0 else { return true }
    let code = errno
    guard code == ENOENT else { throw failure("remove", path, code) }
    return false
  }

  /// Makes a folder that only its owner can look into; nothing happens when it exists.
  static func makeFolder(_ path: String) throws(ServerError) {
    guard mkdir(path, 0o700) != 0 else { return }
    let code = errno
    guard code == EEXIST else { throw failure("make", path, code) }
  }

  private static func write(_ descriptor: Int32, _ bytes: [UInt8]) -> Int {
    #if canImport(Glibc)
      Glibc.write(descriptor, bytes, bytes.count)
    #elseif canImport(Musl)
      Musl.write(descriptor, bytes, bytes.count)
    #else
      Darwin.write(descriptor, bytes, bytes.count)
    #endif
  }

  /// The path is for people who run the server; clients are told no path.
  private static func failure(_ verb: String, _ path: String, _ code: Int32) -> ServerError {
    if code == ENOSPC || code == EDQUOT {
      return ServerError(.server, "The server's disk is full.", code: "storage_full")
    }
    return ServerError(
      .server, "The server cannot \(verb) a file in its data directory: \(String(cString: strerror(code))).",
      code: "storage_failure")
  }
}
