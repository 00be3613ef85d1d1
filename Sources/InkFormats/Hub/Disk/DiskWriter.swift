#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How bytes reach the disk and how much room it has. A value so that a test can play a full disk.
package struct DiskWriter: Sendable {
  /// Writes all bytes to an open file; returns 0 or the system's error number.
  package var write: @Sendable (_ descriptor: Int32, _ bytes: [UInt8]) -> Int32
  /// Free bytes for ordinary users on the disk of a folder, or nil when unknown.
  package var freeBytes: @Sendable (_ folder: String) -> UInt64?

  package init(
    write: @escaping @Sendable (Int32, [UInt8]) -> Int32, freeBytes: @escaping @Sendable (String) -> UInt64?
  ) {
    self.write = write
    self.freeBytes = freeBytes
  }

  /// The operating system's own calls.
  package static let system = DiskWriter(write: DiskWriter.writeAll, freeBytes: DiskWriter.systemFreeBytes)

  @Sendable private static func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) -> Int32 {
    var rest = bytes
    while !rest.isEmpty {
      #if canImport(Glibc)
        let written = Glibc.write(descriptor, rest, rest.count)
      #elseif canImport(Musl)
        let written = Musl.write(descriptor, rest, rest.count)
      #else
        let written = Darwin.write(descriptor, rest, rest.count)
      #endif
      if written < 0 {
        if errno == EINTR { continue }
        return errno
      }
      if written == rest.count { return 0 }
      rest.removeFirst(written)
    }
    return 0
  }

  @Sendable private static func systemFreeBytes(_ folder: String) -> UInt64? {
    var status = statvfs()
    guard statvfs(folder, &status) == 0 else { return nil }
    return UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue
  }

  /// Fails early when the disk of `folder` cannot hold `bytes` more.
  package func requireRoom(for bytes: UInt64, in folder: String, file: String) throws(HubError) {
    guard let free = freeBytes(folder), free < bytes else { return }
    throw HubError(
      .diskFull, context: folder, expected: "\(bytes) free bytes for \(file)", found: "\(free)",
      hint: "Free some space or choose another cache folder, then run the command again")
  }
}
