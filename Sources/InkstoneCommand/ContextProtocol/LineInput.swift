import Dispatch

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The lines that come through a pipe, as they come.
enum LineInput {
  /// A line that is longer than this ends the input: no program that keeps to the protocol sends one.
  static let longest = 64 << 20

  /// The lines of a descriptor, without their line feeds, until it ends or cannot be read any more.
  ///
  /// Waiting for input blocks a thread, which is one of its own.
  static func lines(of descriptor: Int32) -> AsyncStream<String> {
    AsyncStream { continuation in
      DispatchQueue(label: "lines of \(descriptor)").async {
        read(descriptor) { continuation.yield($0) }
        continuation.finish()
      }
    }
  }

  private static func read(_ descriptor: Int32, _ take: (String) -> Void) {
    var rest: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      #if canImport(Darwin)
        let count = Darwin.read(descriptor, &chunk, chunk.count)
      #elseif canImport(Musl)
        let count = Musl.read(descriptor, &chunk, chunk.count)
      #else
        let count = Glibc.read(descriptor, &chunk, chunk.count)
      #endif
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      var start = 0
      for position in 0..<count where chunk[position] == UInt8(ascii: "\n") {
        rest += chunk[start..<position]
        take(String(decoding: rest, as: UTF8.self))
        rest.removeAll(keepingCapacity: true)
        start = position + 1
      }
      rest += chunk[start..<count]
      guard rest.count <= longest else { return }
    }
    if !rest.isEmpty { take(String(decoding: rest, as: UTF8.self)) }
  }
}
