import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What Ctrl-C does in a conversation: it stops an answer, asks once at the prompt, and leaves the second time.
final class ChatInterrupts: Sendable {
  private enum State {
    case busy
    case answering(@Sendable () -> Void)
    case atPrompt(String, presses: Int)
  }

  private struct Content {
    var state = State.busy
    var lineWasReset = false
  }

  private let content = Mutex(Content())

  /// A line is being typed; `prompt` is shown when it is given up for a new one.
  func waitAtPrompt(_ prompt: String) { content.withLock { $0.state = .atPrompt(prompt, presses: 0) } }

  /// An answer is under way; `stop` ends it.
  func beginAnswer(stop: @escaping @Sendable () -> Void) { content.withLock { $0.state = .answering(stop) } }

  /// The answer has ended.
  func endAnswer() { content.withLock { $0.state = .busy } }

  /// Whether Ctrl-C came while a line was typed: lines that were to be joined with it are given up.
  func takeLineReset() -> Bool {
    content.withLock { content in
      defer {
        content.lineWasReset = false
        content.state = .busy
      }
      return content.lineWasReset
    }
  }

  /// Ctrl-C was pressed.
  func receive() {
    content.withLock { content in
      switch content.state {
      case .busy: break
      case .answering(let stop): stop()
      case .atPrompt(let prompt, let presses):
        if presses > 0 {
          try? OutputStream.notices.write("\n")
          exit(ExitStatus.interrupted.rawValue)
        }
        content.lineWasReset = true
        content.state = .atPrompt(prompt, presses: presses + 1)
        try? OutputStream.notices.write("\nPress Ctrl-C again to leave, or type /exit.\n" + prompt)
      }
    }
  }
}
