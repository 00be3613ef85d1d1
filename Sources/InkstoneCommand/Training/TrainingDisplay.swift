import InkTraining
import Synchronization

/// Shows on standard error how far a run is: a line with a bar that is redrawn on a terminal, a line now and then elsewhere.
final class TrainingDisplay: Sendable {
  private struct State {
    var line: RunProgressLine
    var isDrawn = false
  }

  private let isQuiet: Bool
  private let stream = OutputStream.notices
  private let clock: @Sendable () -> Double
  private let state: Mutex<State>

  /// A display of a run that begins now.
  ///
  /// - Parameters:
  ///   - total: the steps of the run, where they are known.
  ///   - clock: seconds since some moment.
  init(_ output: OutputOptions, total: Int?, clock: @escaping @Sendable () -> Double) {
    isQuiet = output.quiet
    self.clock = clock
    let draws = TerminalStyle.drawsLines(on: stream)
    let place: RunProgressLine.Place = draws ? .terminal(columns: stream.width) : .stream
    state = Mutex(State(line: RunProgressLine(place: place, total: total, start: clock())))
  }

  /// Shows a step.
  func show(_ report: StepReport) {
    state.withLock { state in
      guard let text = state.line.update(report, at: clock()), !isQuiet else { return }
      state.isDrawn = text.hasPrefix("\r")
      try? stream.write(text)
    }
  }

  /// Shows a remark in a line of its own.
  func remark(_ text: String) {
    finish()
    if !isQuiet { try? stream.write(text + "\n") }
  }

  /// Removes the line that is being redrawn.
  func finish() {
    state.withLock { state in
      if state.isDrawn { try? stream.write("\r\u{1B}[K") }
      state.isDrawn = false
    }
  }
}
