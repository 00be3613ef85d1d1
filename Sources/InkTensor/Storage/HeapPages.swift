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
  /// Gives the whole pages of all arenas that hold nothing back to the system.
  ///
  /// It looks through all free pieces under the locks of their arenas: milliseconds, for moments when much was freed. Only
  /// glibc has the function, and no header that Swift sees declares it; elsewhere nothing happens.
  package static func giveBack() {
    #if os(Linux)
      typealias Trim = @convention(c) (Int) -> Int32
      guard let symbol = dlsym(nil, "malloc_trim") else { return }
      // `int malloc_trim(size_t pad)`, by its manual page.
      _ = unsafeBitCast(symbol, to: Trim.self)(0)
    #endif
  }
}
