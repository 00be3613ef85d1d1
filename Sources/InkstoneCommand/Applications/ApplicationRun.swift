package import InkChains
import InkChat

/// A run of an application that is watched: progress on standard error, events in a file, tokens counted.
package enum ApplicationRun {
  /// What came of a run, and what it took.
  package struct Outcome: Sendable {
    package let result: ApplicationResult
    package let usage: UsageCounter.Usage
    /// Nil where no price was given.
    package let cost: Double?
    package let duration: Duration
  }

  /// Does work whose steps are shown, written down and counted.
  package static func watched(
    _ options: ApplicationOptions, _ work: (RunSettings) async throws -> ApplicationResult
  ) async throws -> Outcome {
    let counter = UsageCounter(price: options.cost.limit.price)
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
    let result = try await work(RunSettings(observers: observers, shared: options.cost.limit.meter))
    try file?.finish()
    let usage = counter.usage
    return Outcome(
      result: result, usage: usage, cost: options.cost.price.map { _ in usage.money },
      duration: start.duration(to: clock.now))
  }
}

extension ApplicationRun.Outcome {
  /// Prints the result, with `--json` as one object with what it took.
  package func print(_ options: ApplicationOptions, model: String) throws {
    let seconds = duration.inSeconds
    guard options.output.json else {
      try options.output.foreign(result.text)
      let requests = usage.requests == 1 ? "1 request" : "\(usage.requests) requests"
      let paid = cost.map { ", \(Amount.decimal($0, digits: 6)) paid" } ?? ""
      options.output.remark(
        TerminalStyle(for: .notices).faint(
          "[\(requests), \(usage.counts.prompt) tokens read, \(usage.counts.completion) written\(paid), "
            + "\(Amount.decimal(seconds, digits: 1)) s]"))
      return
    }
    var used = [
      JSONMember("requests", .whole(usage.requests)), JSONMember("prompt_tokens", .whole(usage.counts.prompt)),
      JSONMember("completion_tokens", .whole(usage.counts.completion)),
    ]
    if let cost { used.append(JSONMember("cost", .number(cost))) }
    used.append(JSONMember("seconds", .number(seconds)))
    let members = result.members + [JSONMember("model", .string(model)), JSONMember("usage", .object(used))]
    try options.output.result(Report.object(members).text)
  }
}
