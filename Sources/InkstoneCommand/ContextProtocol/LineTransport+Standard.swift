import InkChains
import Synchronization

extension LineTransport {
  /// The program's own standard input and output.
  static func standard() -> LineTransport {
    // Answers that are finished at the same time must not mix their bytes.
    let output = WholeLines(.results)
    return LineTransport(lines: LineInput.lines(of: 0), send: { try output.write($0) })
  }
}

/// Writes lines one after the other, whoever sends them.
final class WholeLines: Sendable {
  private let stream: Mutex<OutputStream>

  init(_ stream: OutputStream) { self.stream = Mutex(stream) }

  func write(_ line: String) throws(CommandError) {
    try stream.withLock { (stream) throws(CommandError) in try stream.write(line + "\n") }
  }
}
