#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#elseif canImport(Glibc)
  import Glibc
#endif

/// The pages of the program and its libraries that are mapped to memory.
///
/// What starts a program touches code all over it, which then counts as its memory as long as it runs, although hardly
/// anything of it is needed again.
package enum ProgramPages {
  /// The mappings that hold nothing but the bytes of files, as they are executed: giving their pages back loses nothing.
  ///
  /// - Parameter table: the text of `/proc/self/smaps`. Lines that are not understood are passed over, and so is a mapping
  ///   of which the process has changed a page (a debugger's marks).
  package static func code(in table: String) -> [Range<UInt>] {
    var found: [Range<UInt>] = []
    var open: Range<UInt>?
    for line in table.split(separator: "\n") {
      let words = line.split(separator: " ", omittingEmptySubsequences: true)
      guard let first = words.first else { continue }
      if first.hasSuffix(":") {
        guard first == "Anonymous:", words.count > 1, words[1] == "0", let range = open else { continue }
        found.append(range)
        open = nil
        continue
      }
      open = words.count >= 6 && words[1] == "r-xp" && words[4] != "0" ? range(first) : nil
    }
    return found
  }

  /// Addresses as the table writes them, `5597a000-5597b000`.
  private static func range(_ text: Substring) -> Range<UInt>? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let lower = UInt(ends[0], radix: 16), let upper = UInt(ends[1], radix: 16), lower < upper,
      lower > 0
    else { return nil }
    return lower..<upper
  }

  /// Unmaps the pages of executed code; those that are used again come back from the page cache.
  ///
  /// - Parameter table: the text of `/proc/self/smaps` of this process, read now.
  package static func giveBackCode(_ table: String) {
    #if os(Linux)
      for range in code(in: table) {
        guard let base = UnsafeMutableRawPointer(bitPattern: range.lowerBound) else { continue }
        // Pages that only repeat a file: the system reads them again at the next touch.
        madvise(base, Int(clamping: range.upperBound - range.lowerBound), Int32(MADV_DONTNEED))
      }
    #endif
  }
}
