#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The memory of this machine.
package enum MachineMemory {
  /// Bytes of all of it, used or not; the largest number where the system does not tell.
  package static var byteCount: Int {
    let (pages, pageBytes) = (Int(sysconf(Int32(_SC_PHYS_PAGES))), Int(sysconf(Int32(_SC_PAGESIZE))))
    guard pages > 0, pageBytes > 0 else { return Int.max }
    let (bytes, overflow) = pages.multipliedReportingOverflow(by: pageBytes)
    return overflow ? Int.max : bytes
  }
}
