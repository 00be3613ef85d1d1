#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The memory of this process.
package enum ProcessMemory {
  /// What is resident now, in bytes; the most that ever was where the system does not tell.
  package static var residentBytes: UInt64 { status("VmRSS:") ?? peakResidentBytes }

  /// A line of the kernel's page about this process; nil where there is none.
  private static func status(_ name: String) -> UInt64? {
    guard let bytes = try? InputFile.bytes("/proc/self/status"),
      let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first(where: { $0.hasPrefix(name) }),
      let kibibytes = UInt64(line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first ?? "")
    else { return nil }
    return kibibytes * 1024
  }

  /// The most that was resident at one time, in bytes.
  package static var peakResidentBytes: UInt64 {
    // getrusage also counts what the process was before exec; the kernel's own page does not.
    if let bytes = status("VmHWM:") { return bytes }
    var usage = rusage()
    #if canImport(Darwin)
      guard getrusage(RUSAGE_SELF, &usage) == 0 else { return 0 }
      return UInt64(max(usage.ru_maxrss, 0))
    #else
      guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
      return UInt64(max(usage.ru_maxrss, 0)) * 1024
    #endif
  }
}
