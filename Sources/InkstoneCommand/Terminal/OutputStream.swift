#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// One of the two streams a command writes to, without a buffer: every text is seen when it is written.
package struct OutputStream: Sendable {
  /// Standard output: what was asked for, and nothing else.
  package static let results = OutputStream(descriptor: 1)
  /// Standard error: progress, warnings, errors.
  package static let notices = OutputStream(descriptor: 2)

  let descriptor: Int32

  /// Whether a person looks at it.
  package var isTerminal: Bool { isatty(descriptor) == 1 }

  /// The number of columns, 80 when nobody tells.
  package var width: Int { size.map { Int($0.ws_col) }.flatMap { $0 > 0 ? $0 : nil } ?? 80 }

  /// The number of rows, 24 when nobody tells.
  package var height: Int { size.map { Int($0.ws_row) }.flatMap { $0 > 0 ? $0 : nil } ?? 24 }

  private var size: winsize? {
    var size = winsize()
    return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 ? size : nil
  }

  /// Writes all of a text.
  ///
  /// - Throws: `diskFull` or `cannotWrite` with the system's reason.
  package func write(_ text: String) throws(CommandError) {
    let bytes = Array(text.utf8)
    var start = 0
    while start < bytes.count {
      // Nearly always the whole of it is taken at once.
      let rest = start == 0 ? bytes : Array(bytes[start...])
      #if canImport(Darwin)
        let count = Darwin.write(descriptor, rest, rest.count)
      #elseif canImport(Musl)
        let count = Musl.write(descriptor, rest, rest.count)
      #else
        let count = Glibc.write(descriptor, rest, rest.count)
      #endif
      if count > 0 {
        start += count
      } else if errno != EINTR {
        let place = descriptor == 1 ? "standard output" : "standard error"
        throw CommandError(
          errno == ENOSPC ? .diskFull : .cannotWrite, context: place, found: String(cString: strerror(errno)))
      }
    }
  }
}
