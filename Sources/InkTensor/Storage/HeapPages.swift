#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#elseif canImport(Glibc)
  import Glibc
#endif

/// The pages in which the C library's allocator keeps what was freed.
///
/// It keeps them for the next who asks, in an arena for every thread or two. What a request of megabytes is made into would
/// therefore count as the program's memory from then on, once for each arena that such a request has met.
package enum HeapPages {
  /// What an arena may keep at its end. Left to itself the allocator lets this grow to 64 MiB, twice the largest piece it
  /// ever gave back, and the ends of arenas are what `malloc_trim` passes over.
  private static let keptAtEnd: Int32 = 4 << 20

  /// Gives the whole pages of all arenas that hold nothing back to the system, and holds their ends to 4 MiB from then on.
  ///
  /// It looks through all free pieces under the locks of their arenas: milliseconds, for moments when much was freed. Only
  /// glibc has the functions, and no header that Swift sees declares them; elsewhere nothing happens.
  package static func giveBack() {
    #if os(Linux)
      typealias Trim = @convention(c) (Int) -> Int32
      typealias Option = @convention(c) (Int32, Int32) -> Int32
      guard let trim = dlsym(nil, "malloc_trim"), let option = dlsym(nil, "mallopt") else { return }
      // `int mallopt(int param, int value)` and `int malloc_trim(size_t pad)`, by their manual pages; M_TRIM_THRESHOLD
      // is -1.
      _ = unsafeBitCast(option, to: Option.self)(-1, keptAtEnd)
      _ = unsafeBitCast(trim, to: Trim.self)(0)
    #endif
  }
}
