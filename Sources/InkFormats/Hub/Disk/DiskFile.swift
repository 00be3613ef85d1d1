#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An open file of the operating system, closed when it goes out of scope, with errors that name the path.
package struct DiskFile: ~Copyable {
  /// How a file is opened.
  package enum Mode: Sendable, Equatable {
    /// For reading; it must exist.
    case reading
    /// For appending and reading back; made when missing.
    case appending
    /// For writing from the start; what was there is dropped.
    case replacing
  }

  /// What lies at a path, not following a symbolic link.
  package enum Kind: Sendable, Equatable {
    case missing
    case regular
    case folder
    case link
    case other
  }

  let descriptor: Int32
  package let path: String

  /// Opens the file at `path`.
  package init(_ path: String, _ mode: Mode) throws(HubError) {
    // A NUL would cut the path short without notice.
    guard !path.utf8.contains(0) else {
      throw HubError(.unsafePath, context: "file name", found: "a NUL character", hint: "Use another name")
    }
    let flags =
      switch mode {
      case .reading: O_RDONLY
      case .appending: O_RDWR | O_CREAT | O_APPEND
      case .replacing: O_RDWR | O_CREAT | O_TRUNC
      }
    let opened = open(path, flags | O_CLOEXEC, 0o644)
    guard opened >= 0 else { throw DiskFile.failure("open", path, errno) }
    descriptor = opened
    self.path = path
  }

  deinit { _ = close(descriptor) }

  /// The file's length in bytes.
  package func size() throws(HubError) -> UInt64 {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw DiskFile.failure("read the length of", path, errno) }
    return UInt64(max(0, status.st_size))
  }

  /// Reads up to `count` bytes at `offset`; fewer only at the end of the file.
  package func read(at offset: UInt64, count: Int) throws(HubError) -> [UInt8] {
    guard let start = off_t(exactly: offset), count > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: count)
    var got = pread(descriptor, &bytes, count, start)
    while got < 0, errno == EINTR { got = pread(descriptor, &bytes, count, start) }
    guard got >= 0 else { throw DiskFile.failure("read", path, errno) }
    if got == count || got == 0 { return got == 0 ? [] : bytes }
    bytes.removeLast(count - got)
    // A short read is rare (signals, network disks); finish it so that callers can rely on the count.
    return bytes + (try read(at: offset + UInt64(got), count: count - got))
  }

  /// Writes all of `bytes` at the end (or the current place when opened for replacing).
  package func write(_ bytes: [UInt8], through disk: DiskWriter) throws(HubError) {
    let code = disk.write(descriptor, bytes)
    guard code == 0 else { throw DiskFile.failure("write", path, code, needed: UInt64(bytes.count)) }
  }

  /// Drops everything after `length` bytes.
  package func truncate(to length: UInt64) throws(HubError) {
    guard let length = off_t(exactly: length), ftruncate(descriptor, length) == 0 else {
      throw DiskFile.failure("shorten", path, errno)
    }
  }

  /// Waits until the bytes are on the disk.
  package func synchronize() throws(HubError) {
    guard fsync(descriptor) == 0 else { throw DiskFile.failure("flush", path, errno) }
  }

  /// Takes the file's exclusive lock if nobody holds it; the lock ends when the file is closed.
  package func tryLock() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

  /// The typed error for a failed system call.
  static func failure(_ verb: String, _ path: String, _ code: Int32, needed: UInt64? = nil) -> HubError {
    if code == ENOSPC || code == EDQUOT {
      return HubError(
        .diskFull, context: path, expected: needed.map { "room for \($0) more bytes" } ?? "free space",
        found: "a full disk", hint: "Free some space or choose another cache folder, then run the command again")
    }
    return HubError(
      .fileSystem, context: path, found: "cannot \(verb) it: \(String(cString: strerror(code)))",
      hint: code == EACCES || code == EPERM ? "Check who owns the folder" : "")
  }
}

extension DiskFile {
  /// What lies at `path`; a link is reported as a link.
  package static func kind(of path: String) -> Kind {
    var status = stat()
    guard lstat(path, &status) == 0 else { return .missing }
    return switch status.st_mode & S_IFMT {
    case S_IFREG: .regular
    case S_IFDIR: .folder
    case S_IFLNK: .link
    default: .other
    }
  }

  /// The length of the regular file at `path`, following links; nil when there is none.
  package static func size(of path: String) -> UInt64? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return UInt64(max(0, status.st_size))
  }

  /// Whether `path` is a folder, following links.
  package static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Reads a whole small file.
  package static func readAll(_ path: String, limit: Int) throws(HubError) -> [UInt8] {
    let file = try DiskFile(path, .reading)
    let size = try file.size()
    guard size <= UInt64(limit) else {
      throw HubError(.fileSystem, context: path, expected: "at most \(limit) bytes", found: "\(size)")
    }
    return try file.read(at: 0, count: Int(size))
  }

  /// Writes a small file so that readers see the old content or the new one, never a part.
  package static func writeWhole(_ bytes: [UInt8], to path: String, through disk: DiskWriter) throws(HubError) {
    try makeFolder(parent(of: path))
    let temporary = path + ".\(getpid()).new"
    do {
      let file = try DiskFile(temporary, .replacing)
      try file.write(bytes, through: disk)
      try file.synchronize()
    } catch {
      _ = unlink(temporary)
      throw error
    }
    try move(temporary, to: path)
  }

  /// Renames within one file system and flushes the folder, so that the new name survives a power cut.
  package static func move(_ source: String, to target: String) throws(HubError) {
    guard rename(source, target) == 0 else { throw failure("rename \(source) to", target, errno) }
    if let folder = try? DiskFile(parent(of: target), .reading) { _ = fsync(folder.descriptor) }
  }

  /// Makes a symbolic link, replacing another link or file at that place.
  package static func link(_ path: String, to target: String) throws(HubError) {
    let temporary = path + ".\(getpid()).link"
    _ = unlink(temporary)
    guard symlink(target, temporary) == 0 else { throw failure("make the link", temporary, errno) }
    guard rename(temporary, path) == 0 else {
      let code = errno
      _ = unlink(temporary)
      throw failure("make the link", path, code)
    }
  }

  /// Makes a folder and those above it.
  package static func makeFolder(_ path: String) throws(HubError) {
    if path.isEmpty || isFolder(path) { return }
    try makeFolder(parent(of: path))
    guard mkdir(path, 0o755) == 0 || (errno == EEXIST && isFolder(path)) else {
      throw failure("make the folder", path, errno)
    }
  }

  /// Removes a file or link; a missing one is fine.
  package static func remove(_ path: String) { _ = unlink(path) }

  /// The path without its last component; empty for a bare name.
  package static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
