package import InkChains
import Synchronization

/// Shows on standard error what a chain is doing: a line for each step that begins, and on a terminal the end of what
/// the model is writing, in a line that is drawn anew.
package final class ChainProgress: ChainObserver {
  private struct State {
    var tail = ""
    var isDrawn = false
  }

  private let state = Mutex(State())
  private let output: OutputOptions
  private let draws: Bool
  private let style = TerminalStyle(for: .notices)

  /// Progress as the options want it.
  package init(_ output: OutputOptions) {
    self.output = output
    draws = !output.quiet && TerminalStyle.drawsLines(on: OutputStream.notices)
  }

  package func observe(_ event: ChainEvent) {
    switch event.happening {
    case .text(let piece), .reasoning(let piece): if draws { draw(piece) }
    case .started, .toolCall, .toolAnswer, .usage, .routed, .retrying, .fellBack, .cacheHit, .finished, .failed:
      ProgressText { line in
        self.clear()
        self.output.remark(self.style.faint(line))
      }.observe(event)
    }
  }

  /// Removes the line that is drawn anew.
  package func finish() { clear() }

  private func draw(_ piece: String) {
    let columns = OutputStream.notices.width - 1
    state.withLock { state in
      state.tail = ChainProgress.tail(of: state.tail + piece, columns: columns)
      state.isDrawn = true
      try? OutputStream.notices.write("\r" + style.faint(state.tail) + "\u{1B}[K")
    }
  }

  private func clear() {
    state.withLock { state in
      if state.isDrawn { try? OutputStream.notices.write("\r\u{1B}[K") }
      state = State()
    }
  }

  /// The longest end of a text that fits, on one line and without what a terminal would obey.
  package static func tail(of text: String, columns: Int) -> String {
    let line = text.suffix(max(columns, 0)).map { character -> Character in
      character.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F } ? " " : character
    }
    var rest = line[...]
    while DisplayWidth.columns(String(rest)) > columns { rest.removeFirst() }
    return String(rest)
  }
}
