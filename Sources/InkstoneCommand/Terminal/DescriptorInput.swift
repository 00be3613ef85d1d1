#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a descriptor has to read, a chunk at a time.
struct DescriptorInput {
  /// What one question to the system gave.
  enum Reading {
    case bytes(ArraySlice<UInt8>)
    /// There is and will be nothing more.
    case end
    /// A signal came first; asked again it goes on.
    case interrupted
    /// It cannot be read, for the system's reason.
    case failed(Int32)
  }

  private let descriptor: Int32
  private var chunk: [UInt8]

  /// - Parameter chunkSize: how many bytes one question gives at most.
  init(_ descriptor: Int32, chunkSize: Int) {
    self.descriptor = descriptor
    chunk = [UInt8](repeating: 0, count: chunkSize)
  }

  /// Asks once, and waits until there is something.
  mutating func ask() -> Reading {
    #if canImport(Darwin)
      let count = Darwin.read(descriptor, &chunk, chunk.count)
    #elseif canImport(Musl)
      let count = Musl.read(descriptor, &chunk, chunk.count)
    #else
      let count = Glibc.read(descriptor, &chunk, chunk.count)
    #endif
    if count > 0 { return .bytes(chunk[..<count]) }
    if count == 0 { return .end }
    return errno == EINTR ? .interrupted : .failed(errno)
  }
}
