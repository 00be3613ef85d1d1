import Dispatch
import InkChains
import Synchronization

extension LineTransport {
  /// The program's own standard input and output.
  static func standard() -> LineTransport {
    // Answers that are finished at the same time must not mix their bytes.
    let output = WholeLines(.results)
    return LineTransport(lines: LineInput.lines(of: 0), send: { try await output.send($0) })
  }
}

/// Writes lines one after the other, whoever sends them.
final class WholeLines: Sendable {
  private let stream: OutputStream
  /// A reader that does not read blocks who writes to it, which must not be a thread that tasks run on.
  private let queue: DispatchQueue
  private let isClosed = Atomic(false)

  init(_ stream: OutputStream) {
    self.stream = stream
    queue = DispatchQueue(label: "lines to \(stream.descriptor)")
  }

  /// Lets no further line be written, so that the descriptor can be closed.
  func close() { isClosed.store(true, ordering: .relaxed) }

  /// Writes a line.
  ///
  /// - Throws: `CommandError` when it could not be written.
  func send(_ line: String) async throws {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      queue.async {
        do throws(CommandError) {
          guard !self.isClosed.load(ordering: .relaxed) else {
            throw CommandError(.cannotWrite, context: "a program's standard input", found: "closed")
          }
          try self.stream.write(line + "\n")
          continuation.resume()
        } catch {
          continuation.resume(throwing: error)
        }
      }
    }
  }
}
