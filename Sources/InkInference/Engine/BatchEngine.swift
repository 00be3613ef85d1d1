import InkChat
import InkModels
import InkTensor

/// Answers many requests at once: each step of the model computes rows of all of them (continuous batching, Yu et al.,
/// 2022, "Orca").
///
/// The scheduler decides, this actor computes. It runs on a thread of its own and looks at its mailbox between steps: a
/// request joins at the next step, and one that is cancelled leaves at the next step and frees its pages. What a request
/// gets does not depend on the others (law 2).
actor BatchEngine {
  let model: LanguageModel
  let settings: EngineSettings
  /// Writes ahead, if a smaller model or a layer does that.
  let ahead: AheadWriter
  nonisolated private let thread: EngineThread
  var scheduler: Scheduler
  var store: SequenceStore
  var requests: [RequestID: EngineRequest] = [:]
  var totals = EngineStatistics()
  let clock = ContinuousClock()
  let contextLength: Int
  private var arrivals = 0
  private var isWorking = false

  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  init(model: LanguageModel, settings: EngineSettings) {
    self.model = model
    self.settings = settings
    switch settings.speculation {
    case .none, .lookup: ahead = .none
    case .draft(let smaller, _): ahead = .draft(DraftWriter(smaller, vocabulary: model.decoder.spec.vocabulary))
    case .prediction(let layer, _): ahead = .prediction(PredictionWriter(layer, cpu: model.cpu))
    }
    self.thread = EngineThread(label: "inkstone.engine")
    self.scheduler = Scheduler(
      settings: SchedulerSettings(
        parallel: settings.parallel, queueLimit: settings.queueLimit,
        stepTokens: max(settings.stepTokens, settings.parallel), tokensPerPage: KeyValueLayout.tokensPerPage))
    self.contextLength = settings.contextLength(for: model)
    self.store = SequenceStore(pageLimit: settings.pageLimit(for: model), sharing: settings.prefixSharing)
  }

  /// Answers a prompt, sending events as they arise; returns when the answer has ended.
  ///
  /// - Throws: `overloaded` when the queue is full, `timedOut`, `cancelled`, and as the model does for the prompt.
  func answer(
    _ prompt: ModelPrompt, shape: AnswerShape, options: GenerationOptions, sink: GenerationSink
  ) async throws(GenerationError) {
    let answer = try Answer(
      model: model, prompt: prompt.tokens, contextLength: contextLength, shape: shape, options: options)
    let adapted = try adapted(prompt, options.adapter)
    let length = answer.rule.longestSequence(after: prompt.tokens.count)
    try requireRoom(length, adapted)
    let id = nextID()
    let request = ScheduledRequest(
      id: id, promptTokens: adapted.prompt.tokens.count, maximumTokens: length + adapted.virtual,
      together: try together(prompt.tokens, length),
      priority: options.urgency.priority, client: options.urgency.client,
      deadline: options.urgency.patience.map { clock.now.advanced(by: $0) })
    let sequence = try sequence(adapted, length: length + adapted.virtual, firstWanted: .max)
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<Result<Void, GenerationError>, Never>) in
        begin(
          request, sequence,
          .answer(
            AnswerWork(
              answer: answer, sink: sink, guesser: settings.speculation.guesser(of: prompt.tokens),
              appetite: GuessAppetite(limit: settings.speculation.tokens),
              continuation: continuation)))
      }
    } onCancel: {
      Task { await self.cancel(id) }
    }
    try result.get()
  }

  /// Tokens of one text with their probabilities.
  ///
  /// - Parameter adapter: the name of an adapter; nil is the model's own.
  func details(
    of tokens: [Int32], at positions: Range<Int>, alternatives: Int, adapter: String? = nil
  ) async throws(GenerationError) -> [GeneratedToken] {
    guard positions.lowerBound >= 1, positions.upperBound <= tokens.count else {
      throw GenerationError(
        code: .invalidInput, context: "positions", expected: "inside 1..<\(tokens.count)", found: "\(positions)")
    }
    guard !positions.isEmpty else { return [] }
    let fed = Array(tokens.prefix(positions.upperBound - 1))
    try model.check(fed, after: 0)
    if let outside = tokens[positions].first(where: { $0 < 0 || Int($0) >= model.decoder.spec.vocabulary }) {
      throw model.unknownToken(outside)
    }
    let id = nextID()
    try model.requireMeasurable(try model.adapter(named: adapter))
    let adapted = try adapted(ModelPrompt(tokens: fed), adapter)
    let request = ScheduledRequest(
      id: id, promptTokens: fed.count, maximumTokens: fed.count, together: try together(fed, fed.count))
    let sequence = try sequence(adapted, length: fed.count, firstWanted: positions.lowerBound - 1)
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation {
        (continuation: CheckedContinuation<Result<[GeneratedToken], GenerationError>, Never>) in
        begin(
          request, sequence,
          .scoring(
            ScoringWork(tokens: tokens, positions: positions, alternatives: alternatives, continuation: continuation)))
      }
    } onCancel: {
      Task { await self.cancel(id) }
    }
    return try result.get()
  }

  /// What the engine has done and is doing.
  var statistics: EngineStatistics {
    var now = totals
    now.running = scheduler.runningCount
    now.waiting = scheduler.waitingCount
    now.pagesUsed = store.account.count
    now.pageLimit = store.pageLimit
    return now
  }

  private func nextID() -> RequestID {
    arrivals += 1
    return RequestID(arrivals)
  }

  private func together(_ tokens: [Int32], _ length: Int) throws(GenerationError) -> Int {
    try model.plan(tokens, length: length).arrangement.context
  }

  private func sequence(
    _ adapted: AdaptedPrompt, length: Int, firstWanted: Int
  ) throws(GenerationError) -> CachedSequence {
    let (prompt, adapter) = (adapted.prompt, adapted.adapter)
    try model.check(prompt.tokens, after: 0)
    let plan = try model.plan(prompt.tokens, length: length)
    let cache = SequenceCache(layout: model.decoder.cacheLayout, account: store.account)
    return CachedSequence(
      prompt: prompt, origin: PrefixCache.Origin(plan: plan, adapter: adapter), cache: cache, firstWanted: firstWanted)
  }

  private func begin(_ request: ScheduledRequest, _ sequence: CachedSequence, _ work: EngineRequest.Work) {
    let entry = EngineRequest(work: work, arrival: clock.now)
    do throws(GenerationError) { try scheduler.submit(request) } catch { return entry.fail(error) }
    requests[request.id] = entry
    store[request.id] = sequence
    guard !isWorking else { return }
    isWorking = true
    Task { await self.work() }
  }

  /// Computes steps until there is nothing to do.
  private func work() async {
    while !scheduler.isIdle {
      for id in scheduler.expired(at: clock.now) {
        fail(
          id,
          GenerationError(
            code: .timedOut, context: "request", expected: "its first token in the time it was given",
            found: "\(scheduler.waitingCount) requests waiting", hint: "Try again later, or allow more time."))
      }
      let step = scheduler.nextStep(pages: &store)
      totals.preemptions += step.preempted.count
      for id in step.admitted { requests[id]?.noteAdmission(at: clock.now) }
      compute(step)
      store.settle()
      // New requests and cancellations.
      await thread.letOthersIn()
    }
    isWorking = false
  }

  private func cancel(_ id: RequestID) {
    fail(id, GenerationError(code: .cancelled, context: "request", found: "the reader went away"))
  }

  /// Ends a request that cannot go on.
  func fail(_ id: RequestID, _ error: GenerationError) {
    guard let request = requests.removeValue(forKey: id) else { return }
    leave(id)
    request.fail(error)
  }

  /// Takes a request out of the engine; what it computed is kept for others.
  func leave(_ id: RequestID) {
    scheduler.remove(id)
    store.remove(id)
    ahead.forget(id)
  }
}

extension EngineSettings.Speculation {
  /// Guesses at once, at most.
  fileprivate var tokens: Int {
    switch self {
    case .none: 0
    case .lookup(let tokens), .draft(_, let tokens), .prediction(_, let tokens): max(tokens, 0)
    }
  }

  fileprivate func guesser(of prompt: [Int32]) -> TokenGuesser? {
    switch self {
    case .none, .draft, .prediction: nil
    case .lookup: TokenGuesser(tokens: prompt)
    }
  }
}
