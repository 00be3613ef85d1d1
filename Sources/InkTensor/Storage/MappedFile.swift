#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Opens files as mappings, so that weights are never copied to be read.
package enum MappedFile {
  /// What may be done to the bytes of a mapping. The file itself is never changed.
  package enum Access: Sendable {
    case reading
    /// A page that is written to becomes memory of this process; all others stay those of the file.
    case copyOnWrite

    fileprivate var protection: Int32 {
      switch self {
      case .reading: PROT_READ
      case .copyOnWrite: PROT_READ | PROT_WRITE
      }
    }
  }

  /// Maps a whole file.
  ///
  /// - Throws: `cannotOpen` when the file is missing, unreadable or not a regular file; `outOfMemory` when the process
  ///   has no room for it, `cannotMap` when the system refuses for another reason. An empty file gives an empty storage.
  package static func open(_ path: String, for access: Access = .reading) throws(TensorError) -> Storage {
    let descriptor = sysOpen(path)
    guard descriptor >= 0 else {
      throw TensorError(.cannotOpen, context: path, found: describe(errno), hint: "Check the path and its permissions.")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw TensorError(.cannotOpen, context: path, expected: "a regular file", found: "something else")
    }
    let byteCount = Int(status.st_size)
    guard byteCount > 0 else { return Storage.allocate(byteCount: 0) }
    guard let base = mmap(nil, byteCount, access.protection, MAP_PRIVATE, descriptor, 0),
      base != MAP_FAILED
    else {
      let reason = errno
      if reason == ENOMEM {
        throw TensorError(
          .outOfMemory, context: path, expected: "room for \(byteCount) bytes", found: describe(reason),
          hint: "Raise the limit of this process (ulimit -v), or end other programs.")
      }
      throw TensorError(
        .cannotMap, context: path, found: describe(reason), hint: "Copy the file to a disk of this machine.")
    }
    return Storage(base: base, byteCount: byteCount, capacity: byteCount, backing: .mapped(access))
  }

  /// Opens without waiting: a pipe would otherwise block until somebody writes to it, before it can be refused.
  private static func sysOpen(_ path: String) -> Int32 {
    #if canImport(Darwin)
      return Darwin.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    #elseif canImport(Glibc)
      return Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    #else
      return Musl.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    #endif
  }

  private static func describe(_ code: Int32) -> String { String(cString: strerror(code)) }
}
