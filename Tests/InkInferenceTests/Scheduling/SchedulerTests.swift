import InkChat
import InkInference
import Testing

/// Pages without numbers in them: a fake of the cache that a scheduler shares out.
private struct FakePages: PageStore {
  let limit: Int
  let tokensPerPage = 4
  /// Tokens that are found in pages of others when a request begins.
  var kept: [RequestID: Int] = [:]
  var cached: [RequestID: Int] = [:]
  var promised = 0

  init(limit: Int = .max / 2) { self.limit = limit }

  var used: Int { cached.values.reduce(0) { $0 + ($1 + tokensPerPage - 1) / tokensPerPage } }

  mutating func reuse(for id: RequestID) -> Int {
    if cached[id, default: 0] == 0 { cached[id] = kept[id] ?? 0 }
    return cached[id] ?? 0
  }

  mutating func secure(_ pages: Int) -> Bool { used + promised + pages <= limit }
  mutating func promise(_ pages: Int) { promised += pages }
  mutating func release(_ id: RequestID) { cached[id] = 0 }
}

/// Runs a scheduler's steps as an engine would, without a model: each answer token is just counted.
private struct FakeRunner {
  var scheduler: Scheduler
  var pages: FakePages
  private var known: [RequestID: Int] = [:]
  private var ends: [RequestID: Int] = [:]
  private(set) var steps: [ScheduledStep] = []
  private(set) var firstTokens: [RequestID: Int] = [:]
  private(set) var finished: [RequestID] = []

  init(_ settings: SchedulerSettings, pages: FakePages = FakePages()) {
    scheduler = Scheduler(settings: settings)
    self.pages = pages
  }

  mutating func submit(
    _ number: Int, prompt: Int, answer: Int, priority: Int = 0, client: String = "", together: Int = 0
  ) throws {
    let id = RequestID(number)
    try scheduler.submit(
      ScheduledRequest(
        id: id, promptTokens: prompt, maximumTokens: prompt + answer, together: together, priority: priority,
        client: client))
    known[id] = prompt
    ends[id] = prompt + answer
  }

  /// Guesses of every request are right for `guessed` tokens.
  @discardableResult
  mutating func step(guessed: Int = 0) -> ScheduledStep {
    let step = scheduler.nextStep(pages: &pages)
    steps.append(step)
    for advance in step.advances {
      let cached = pages.cached[advance.id, default: 0]
      guard let before = known[advance.id], let end = ends[advance.id] else { continue }
      var now = before
      if cached + advance.tokens >= before {
        now = min(cached + advance.tokens + 1, end)
        firstTokens[advance.id] = firstTokens[advance.id] ?? steps.count
      }
      pages.cached[advance.id] = min(cached + advance.tokens, now)
      known[advance.id] = now
      if now == end {
        scheduler.remove(advance.id)
        pages.cached[advance.id] = nil
        finished.append(advance.id)
      } else {
        scheduler.note(advance.id, cached: cached + advance.tokens, known: now, guessed: guessed)
      }
    }
    pages.promised = 0
    return step
  }

  mutating func run(limit: Int = 10_000) {
    while !scheduler.isIdle, steps.count < limit { step() }
  }
}

@Suite("Scheduler")
struct SchedulerTests {
  private static func settings(
    parallel: Int = 4, rows: Int = 16, least: Int = 4, quantum: Int = 64
  ) -> SchedulerSettings {
    SchedulerSettings(
      parallel: parallel, queueLimit: 100, stepTokens: rows, leastPromptTokens: least, quantum: quantum,
      tokensPerPage: 4)
  }

  @Test("a step never has more rows than it may, and everybody is answered")
  func everybody() throws {
    var runner = FakeRunner(Self.settings())
    for number in 1...20 { try runner.submit(number, prompt: number * 5, answer: number) }
    runner.run()
    #expect(Set(runner.finished) == Set((1...20).map { RequestID($0) }))
    for step in runner.steps {
      #expect(step.advances.reduce(0) { $0 + $1.tokens } <= 16)
      #expect(Set(step.advances.map(\.id)).count == step.advances.count)
      #expect(step.advances.count <= 4)
    }
  }

  @Test("prompts are read in chunks beside those being decoded, which never wait for them")
  func chunkedPrefill() throws {
    var runner = FakeRunner(Self.settings())
    try runner.submit(1, prompt: 2, answer: 30)
    runner.step()
    try runner.submit(2, prompt: 60, answer: 1)
    for _ in 0..<4 {
      let step = runner.step()
      #expect(step.advances.first == .init(id: RequestID(1), tokens: 1))
      #expect(step.advances.last == .init(id: RequestID(2), tokens: 15))
    }
    #expect(runner.firstTokens[RequestID(2)] == 5)
  }

  @Test("prompts get rows even when those being decoded would fill the step")
  func leastPrompt() throws {
    var runner = FakeRunner(Self.settings(parallel: 5, rows: 4, least: 2))
    for number in 1...4 { try runner.submit(number, prompt: 1, answer: 100) }
    runner.step()
    try runner.submit(5, prompt: 10, answer: 1)
    let step = runner.step()
    #expect(step.advances.last == .init(id: RequestID(5), tokens: 2))
    #expect(step.advances.count == 5)
  }

  @Test("a reused prefix is not computed")
  func reuse() throws {
    var pages = FakePages()
    pages.kept[RequestID(1)] = 9
    var runner = FakeRunner(Self.settings(), pages: pages)
    try runner.submit(1, prompt: 12, answer: 2)
    #expect(runner.step().advances == [.init(id: RequestID(1), tokens: 3)])
  }

  @Test("guesses are rows like others: a request advances by several, within the step and its own end")
  func guesses() throws {
    var runner = FakeRunner(Self.settings(rows: 8))
    try runner.submit(1, prompt: 3, answer: 20)
    try runner.submit(2, prompt: 3, answer: 5)
    runner.step(guessed: 5)
    let step = runner.step(guessed: 5)
    #expect(step.advances == [.init(id: RequestID(1), tokens: 6), .init(id: RequestID(2), tokens: 2)])
    runner.run()
    #expect(runner.finished.count == 2)
  }

  @Test("a higher priority goes first, others in the order of their arrival")
  func priorities() throws {
    var runner = FakeRunner(Self.settings(parallel: 1))
    for (number, priority) in [(1, 0), (2, 0), (3, 5), (4, 0)] {
      try runner.submit(number, prompt: 4, answer: 2, priority: priority)
    }
    runner.run()
    #expect(runner.finished == [3, 1, 2, 4].map { RequestID($0) })
  }

  @Test("a client with many requests does not keep another's waiting")
  func clients() throws {
    var runner = FakeRunner(Self.settings(parallel: 2))
    for number in 1...10 { try runner.submit(number, prompt: 4, answer: 10, client: "many") }
    try runner.submit(11, prompt: 4, answer: 10, client: "one")
    let step = runner.step()
    #expect(step.admitted == [RequestID(1), RequestID(11)])
  }

  @Test("a long prompt lets short ones pass after its quantum, and does not starve")
  func longPrompt() throws {
    var runner = FakeRunner(Self.settings(parallel: 8, rows: 16, quantum: 64))
    try runner.submit(1, prompt: 2000, answer: 1)
    for _ in 0..<5 { runner.step() }
    try runner.submit(2, prompt: 30, answer: 1)
    for _ in 0..<5 { runner.step() }
    #expect(runner.firstTokens[RequestID(2)] != nil)
    // A stream of short ones at the capacity of the machine: the long one still comes to its end.
    var next = 3
    while runner.firstTokens[RequestID(1)] == nil, runner.steps.count < 2000 {
      try runner.submit(next, prompt: 16, answer: 1)
      next += 1
      if runner.scheduler.waitingCount > 50 { for _ in 0..<50 { runner.step() } }
      runner.step()
    }
    #expect(runner.steps.count < 2000)
  }

  @Test("when pages run out the latest request is put back, and all are answered in the end")
  func preemption() throws {
    var runner = FakeRunner(Self.settings(parallel: 4), pages: FakePages(limit: 12))
    for number in 1...4 { try runner.submit(number, prompt: 8, answer: 24) }
    runner.run()
    #expect(runner.finished.count == 4)
    let preempted = runner.steps.flatMap(\.preempted)
    #expect(!preempted.isEmpty)
    // The first in line is never the one that is put back.
    #expect(!preempted.contains(RequestID(1)))
    #expect(runner.finished.first == RequestID(1))
  }

  @Test("tokens that see each other are computed in one step, however many they are")
  func together() throws {
    var runner = FakeRunner(Self.settings())
    try runner.submit(1, prompt: 42, answer: 1, together: 40)
    #expect(runner.step().advances == [.init(id: RequestID(1), tokens: 40)])
    #expect(runner.step().advances == [.init(id: RequestID(1), tokens: 2)])
  }

  @Test("a full queue refuses; a removed request leaves its place to others")
  func queue() throws {
    var settings = Self.settings(parallel: 1)
    settings.queueLimit = 2
    var runner = FakeRunner(settings)
    for number in 1...3 { try runner.submit(number, prompt: 4, answer: 4) }
    let error = #expect(throws: GenerationError.self) { try runner.submit(4, prompt: 4, answer: 4) }
    #expect(error?.code == .overloaded)
    runner.step()
    runner.scheduler.remove(RequestID(2))
    try runner.submit(5, prompt: 4, answer: 4)
    runner.scheduler.remove(RequestID(1))
    runner.run()
    #expect(runner.finished == [3, 5].map { RequestID($0) })
  }

  @Test("a request past its deadline is named until its first token is there")
  func deadline() throws {
    var scheduler = Scheduler(settings: Self.settings(parallel: 1))
    let now = ContinuousClock.now
    for (number, wait) in [(1, Duration.seconds(1)), (2, .seconds(9)), (3, .seconds(1))] {
      try scheduler.submit(
        ScheduledRequest(
          id: RequestID(number), promptTokens: 4, maximumTokens: 8, deadline: now.advanced(by: wait)))
    }
    var pages = FakePages()
    _ = scheduler.nextStep(pages: &pages)
    scheduler.note(RequestID(1), cached: 4, known: 5, guessed: 0)
    #expect(scheduler.expired(at: now).isEmpty)
    #expect(scheduler.expired(at: now.advanced(by: .seconds(2))) == [RequestID(3)])
  }
}
