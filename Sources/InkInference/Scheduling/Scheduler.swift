package import InkChat

/// Decides which requests a step advances and by how many tokens. It holds no tensors.
///
/// A request is two numbers: how many tokens of its sequence are known, and how many are cached. Reading a prompt,
/// reading it in chunks, decoding, a reused prefix and checking guesses are one case: the known tokens that are not
/// cached, and the guessed ones behind them, are what there is to compute (the view of vLLM's scheduler).
///
/// - Places go by priority, then to the client that has fewest, then by arrival.
/// - A step begins with the requests that are being decoded; prompts share what is left of its rows. A prompt that has had
///   its quantum lets shorter ones pass, and every fourth step serves in order of arrival, so that none starves.
/// - When pages run out, the latest request of the lowest priority goes back to the queue and is computed again later.
package struct Scheduler: Sendable {
  package let settings: SchedulerSettings
  private(set) var waiting: [Entry] = []
  private(set) var running: [Entry] = []
  private var stepNumber = 0

  /// A request and how far it is.
  struct Entry: Sendable {
    let request: ScheduledRequest
    /// Tokens that are known: the prompt and what was given out.
    var known: Int
    /// Tokens whose keys and values are cached.
    var cached = 0
    /// Guessed tokens behind the known ones.
    var guessed = 0
    /// Tokens computed for it since it got its place.
    var consumed = 0

    var remaining: Int { known - cached }
  }

  package init(settings: SchedulerSettings) { self.settings = settings }

  /// Requests that are computed.
  package var runningCount: Int { running.count }
  /// Requests that wait.
  package var waitingCount: Int { waiting.count }
  /// Whether there is nothing to do.
  package var isIdle: Bool { running.isEmpty && waiting.isEmpty }

  /// Takes a request into the queue.
  ///
  /// - Throws: `overloaded` when the queue is full.
  package mutating func submit(_ request: ScheduledRequest) throws(GenerationError) {
    // What a free place will take at once does not wait.
    guard waiting.count < settings.queueLimit + max(settings.parallel - running.count, 0) else {
      throw GenerationError(
        code: .overloaded, context: "queue", expected: "fewer than \(settings.queueLimit) waiting requests",
        found: "\(waiting.count)", hint: "Try again later, or let the server take more at once.")
    }
    waiting.append(Entry(request: request, known: request.promptTokens))
  }

  /// Forgets a request that ended or was cancelled; its pages are the store's affair.
  package mutating func remove(_ id: RequestID) {
    waiting.removeAll { $0.request.id == id }
    running.removeAll { $0.request.id == id }
  }

  /// Requests whose time has run out before their first token.
  package func expired(at now: ContinuousClock.Instant) -> [RequestID] {
    (waiting + running).filter { entry in
      guard let deadline = entry.request.deadline else { return false }
      return deadline <= now && entry.known == entry.request.promptTokens
    }.map(\.request.id)
  }

  /// Takes note of how far a step brought a request.
  ///
  /// - Parameters:
  ///   - cached: tokens whose keys and values are cached and right.
  ///   - known: tokens that are known now.
  ///   - guessed: tokens guessed for the next step.
  package mutating func note(_ id: RequestID, cached: Int, known: Int, guessed: Int) {
    guard let index = running.firstIndex(where: { $0.request.id == id }) else { return }
    running[index].cached = cached
    running[index].known = known
    running[index].guessed = guessed
  }

  /// The next step; empty when nothing can be done now.
  package mutating func nextStep(pages: inout some PageStore) -> ScheduledStep {
    stepNumber += 1
    var step = ScheduledStep()
    admit(into: &step, pages: &pages)
    var rows = settings.stepTokens
    for id in running.filter({ $0.remaining == 1 }).map(\.request.id) {
      guard let entry = entry(id) else { continue }  // put back for another's sake
      let count = 1 + min(entry.guessed, max(rows - 1, 0), entry.request.maximumTokens - entry.known)
      if advance(id, by: count, step: &step, pages: &pages) { rows -= count }
    }
    rows = max(rows, settings.leastPromptTokens)
    for id in promptOrder() where rows > 0 {
      guard let index = running.firstIndex(where: { $0.request.id == id }) else { continue }
      running[index].cached = max(running[index].cached, pages.reuse(for: id))
      let entry = running[index]
      let count = max(min(entry.remaining, rows), entry.request.together - entry.cached)
      if advance(id, by: count, step: &step, pages: &pages) { rows -= count }
    }
    return step
  }

  private func entry(_ id: RequestID) -> Entry? { running.first { $0.request.id == id } }

  /// Prompts in the order they are served.
  private func promptOrder() -> [RequestID] {
    let prompts = running.filter { $0.remaining > 1 }
    let byArrival = stepNumber % 4 == 0
    return prompts.sorted { left, right in
      if left.request.priority != right.request.priority { return left.request.priority > right.request.priority }
      let levels = (left.consumed / settings.quantum, right.consumed / settings.quantum)
      if !byArrival, levels.0 != levels.1 { return levels.0 < levels.1 }
      return left.request.id < right.request.id
    }.map(\.request.id)
  }

  /// Gives a request rows of the step, if its pages can be had.
  private mutating func advance(
    _ id: RequestID, by count: Int, step: inout ScheduledStep, pages: inout some PageStore
  ) -> Bool {
    while let index = running.firstIndex(where: { $0.request.id == id }) {
      let entry = running[index]
      let needed = newPages(from: entry.cached, by: count)
      if pages.secure(needed) {
        pages.promise(needed)
        running[index].consumed += count
        step.advances.append(ScheduledStep.Advance(id: id, tokens: count))
        return true
      }
      putBackLatest(step: &step, pages: &pages)
    }
    return false
  }

  /// Pages that are taken when a sequence grows, one for the copy of a page that is shared among them.
  private func newPages(from cached: Int, by count: Int) -> Int {
    let size = settings.tokensPerPage
    let before = (cached + size - 1) / size
    let copy = cached % size == 0 ? 0 : 1
    return (cached + count + size - 1) / size - before + copy
  }
}

extension Scheduler {
  /// Gives free places to waiting requests whose pages can be had.
  private mutating func admit(into step: inout ScheduledStep, pages: inout some PageStore) {
    while running.count < settings.parallel, let index = nextWaiting() {
      var entry = waiting[index]
      entry.cached = pages.reuse(for: entry.request.id)
      let needed = newPages(from: entry.cached, by: entry.known - entry.cached)
      // With nobody else running it begins in any case: it was checked to fit when it came.
      guard pages.secure(needed) || running.isEmpty else {
        pages.release(entry.request.id)
        return
      }
      waiting.remove(at: index)
      running.append(entry)
      step.admitted.append(entry.request.id)
    }
  }

  private func nextWaiting() -> Int? {
    var places: [String: Int] = [:]
    for entry in running { places[entry.request.client, default: 0] += 1 }
    return waiting.indices.min { left, right in
      let (left, right) = (waiting[left].request, waiting[right].request)
      if left.priority != right.priority { return left.priority > right.priority }
      let held = (places[left.client, default: 0], places[right.client, default: 0])
      if held.0 != held.1 { return held.0 < held.1 }
      return left.id < right.id
    }
  }

  /// Puts the latest request of the lowest priority back into the queue.
  private mutating func putBackLatest(step: inout ScheduledStep, pages: inout some PageStore) {
    let victim = running.indices.min { left, right in
      let (left, right) = (running[left].request, running[right].request)
      return left.priority != right.priority ? left.priority < right.priority : left.id > right.id
    }
    guard let victim else { return }
    var entry = running.remove(at: victim)
    let id = entry.request.id
    entry.cached = 0
    entry.guessed = 0
    entry.consumed = 0
    step.advances.removeAll { $0.id == id }
    step.preempted.append(id)
    pages.release(id)
    waiting.append(entry)
  }
}
