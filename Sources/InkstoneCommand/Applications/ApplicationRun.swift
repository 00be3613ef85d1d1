package import InkChains
import InkChat

/// A run of an application that is watched: progress on standard error, events in a file, tokens counted.
package enum ApplicationRun {
  /// What came of a run, and what it took.
  package struct Outcome: Sendable {
    package let result: ApplicationResult
    package let usage: UsageCounter.Usage
    package let duration: Duration
  }

  /// Does work whose steps are shown, written down and counted.
  package static func watched(
    _ options: ApplicationOptions, _ work: (RunSettings) async throws -> ApplicationResult
  ) async throws -> Outcome {
    let counter = UsageCounter()
    let progress = ChainProgress(options.output)
    defer { progress.finish() }
    var observers: [any ChainObserver] = [counter, progress]
    var file: EventFile?
    if let path = options.events {
      let events = try EventFile(path)
      observers.append(EventLineWriter { events.write($0) })
      file = events
    }
    let clock = ContinuousClock()
    let start = clock.now
    let result = try await work(RunSettings(observers: observers))
    try file?.finish()
    return Outcome(result: result, usage: counter.usage, duration: start.duration(to: clock.now))
  }
}

extension ApplicationRun.Outcome {
  /// Prints the result, with `--json` as one object with what it took.
  package func print(_ options: ApplicationOptions, model: String) throws {
    let seconds = duration.inSeconds
    guard options.output.json else {
      try options.output.foreign(result.text)
      let requests = usage.requests == 1 ? "1 request" : "\(usage.requests) requests"
      options.output.remark(
        TerminalStyle(for: .notices).faint(
          "[\(requests), \(usage.counts.prompt) tokens read, \(usage.counts.completion) written, "
            + "\(Amount.decimal(seconds, digits: 1)) s]"))
      return
    }
    let used: Report = [
      "requests": .whole(usage.requests), "prompt_tokens": .whole(usage.counts.prompt),
      "completion_tokens": .whole(usage.counts.completion), "seconds": .number(seconds),
    ]
    let members = result.members + [JSONMember("model", .string(model)), JSONMember("usage", used)]
    try options.output.result(Report.object(members).text)
  }
}
