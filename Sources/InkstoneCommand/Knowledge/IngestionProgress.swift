import InkRetrieval
import Synchronization

/// Shows how far adding documents has come: one line that is drawn anew on a terminal, nothing elsewhere.
final class IngestionProgress: Sendable {
  private struct State {
    var files = 0
    var finished = 0
    var pieces = 0
    var isDrawn = false
  }

  private let state = Mutex(State())
  private let draws: Bool
  private let stream = OutputStream.notices

  init(_ output: OutputOptions) {
    draws = !output.quiet && TerminalStyle.drawsLines(on: OutputStream.notices)
  }

  /// Takes note of an event.
  func show(_ event: IngestionEvent) {
    state.withLock { state in
      switch event {
      case .found(let files): state.files += files
      case .cut: break
      case .embedded(let pieces): state.pieces = pieces
      case .finished: state.finished += 1
      case .interrupted(let error):
        try? stream.write("warning: \(error)\n")
      }
      guard draws else { return }
      state.isDrawn = true
      let line = "\(state.finished) of \(max(state.files, state.finished)) files, \(state.pieces) pieces embedded"
      try? stream.write("\r" + DisplayWidth.prefix(line, columns: stream.width - 1) + "\u{1B}[K")
    }
  }

  /// Removes the line.
  func finish() {
    state.withLock { state in
      if state.isDrawn { try? stream.write("\r\u{1B}[K") }
      state.isDrawn = false
    }
  }
}
