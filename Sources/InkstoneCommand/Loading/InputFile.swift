#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files and standard input, read whole.
package enum InputFile {
  /// The bytes of a file; `-` is standard input.
  ///
  /// - Throws: `cannotRead` with the system's reason.
  package static func bytes(_ path: String) throws(CommandError) -> [UInt8] {
    if path == "-" { return try read(0, "standard input") }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path, errno) }
    defer { close(descriptor) }
    return try read(descriptor, path)
  }

  /// The text of a file; `-` is standard input.
  ///
  /// - Throws: `cannotRead`; `invalidData` for bytes that are not UTF-8.
  package static func text(_ path: String) throws(CommandError) -> String {
    guard let text = String(validating: try bytes(path), as: UTF8.self) else {
      throw CommandError(
        .invalidData, context: path == "-" ? "standard input" : path, expected: "text in UTF-8", found: "other bytes",
        hint: "Convert the file first.")
    }
    return text
  }

  /// The lines of a file, without those that are empty; `-` is standard input.
  ///
  /// - Throws: as ``text(_:)``.
  package static func lines(_ path: String) throws(CommandError) -> [String] {
    try text(path).split(whereSeparator: \.isNewline).map(String.init)
  }

  private static func read(_ descriptor: Int32, _ name: String) throws(CommandError) -> [UInt8] {
    var content: [UInt8] = []
    var input = DescriptorInput(descriptor, chunkSize: 1 << 18)
    while true {
      switch input.ask() {
      case .bytes(let bytes): content += bytes
      case .end: return content
      case .interrupted: continue
      case .failed(let reason): throw failure(name, reason)
      }
    }
  }

  private static func failure(_ name: String, _ reason: Int32) -> CommandError {
    CommandError(.cannotRead, context: name, found: String(cString: strerror(reason)), hint: "Check the path.")
  }
}
