/// How far a run is, in one line that a terminal draws over, or in lines now and then where there is none.
public struct RunProgressLine: Sendable, Hashable {
  /// Where the text goes.
  public enum Place: Sendable, Hashable {
    /// A terminal with so many columns: one line, drawn again.
    case terminal(columns: Int)
    /// A file or another program: a line now and then.
    case stream
  }

  private let place: Place
  private let total: Int?
  /// When the last step ended, in seconds of the caller's clock.
  private var lastTime: Double
  private var lastShown: Double?
  /// The mean over the last steps of seconds a step and tokens a second.
  private var secondsPerStep: Double?
  private var tokensPerSecond: Double?

  /// The weight of the newest step in the means: they forget half in about 7 steps.
  private static let newest = 0.1

  /// A line for a run.
  ///
  /// - Parameters:
  ///   - place: where the text goes.
  ///   - total: the steps of the whole run, where they are known.
  ///   - start: when the first step starts, in seconds of the clock that `update` is given.
  public init(place: Place, total: Int?, start: Double) {
    self.place = place
    self.total = total
    lastTime = start
  }

  /// Takes a step in.
  ///
  /// - Parameters:
  ///   - report: what it did.
  ///   - now: when it ended, in seconds.
  /// - Returns: what is to be written as it is; nil when it is too early for that. A terminal gets ten lines a second at
  ///   most, a stream one in ten seconds; the last step of a run is always shown.
  public mutating func update(_ report: StepReport, at now: Double) -> String? {
    let seconds = now - lastTime
    lastTime = now
    if seconds > 0 {
      secondsPerStep = Self.mean(secondsPerStep, seconds)
      tokensPerSecond = Self.mean(tokensPerSecond, Double(report.tokens) / seconds)
    }
    let pause =
      switch place {
      case .terminal: 0.1
      case .stream: 10.0
      }
    if let lastShown, now - lastShown < pause, report.step != total { return nil }
    lastShown = now
    switch place {
    // To the first column, and nothing of the last line behind the new one.
    case .terminal(let columns): return "\r" + line(report, columns: columns) + "\u{1B}[K"
    case .stream: return parts(report).map(\.text).joined(separator: "  ") + "\n"
    }
  }

  private static func mean(_ old: Double?, _ new: Double) -> Double {
    guard let old else { return new }
    return old + newest * (new - old)
  }

  // MARK: - Text

  /// A part of the line; those with the highest number go first where there is no room.
  private struct Part {
    let text: String
    let dispensability: Int
  }

  private func parts(_ report: StepReport) -> [Part] {
    var parts = [
      Part(text: total.map { "\(report.step)/\($0)" } ?? "\(report.step)", dispensability: 0),
      Part(text: "loss " + NumberText.text(report.loss, digits: 4, zeros: .kept), dispensability: 1),
      Part(text: "rate " + NumberText.text(report.learningRate, digits: 3, zeros: .kept), dispensability: 4),
    ]
    if let tokensPerSecond {
      parts.append(Part(text: NumberText.short(tokensPerSecond) + " tokens/s", dispensability: 3))
    }
    if let total, let secondsPerStep, report.step < total {
      let left = NumberText.duration(Double(total - report.step) * secondsPerStep)
      parts.append(Part(text: left + " left", dispensability: 2))
    }
    return parts
  }

  /// A line of at most `columns` - 1 characters: in the last column some terminals start a new line.
  private func line(_ report: StepReport, columns: Int) -> String {
    let room = max(columns - 1, 0)
    var parts = parts(report)
    func text() -> String { parts.map(\.text).joined(separator: "  ") }
    while text().count > room, let last = parts.map(\.dispensability).max(), last > 0 {
      parts.removeAll { $0.dispensability == last }
    }
    let text = text()
    guard let total, total > 0 else { return String(text.prefix(room)) }
    let width = min(room - text.count - 4, 30)
    guard width >= 8 else { return String(text.prefix(room)) }
    let filled = Int(Double(width) * min(max(Double(report.step) / Double(total), 0), 1))
    return "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled) + "]  " + text
  }
}
