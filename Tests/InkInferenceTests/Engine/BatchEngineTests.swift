import InkChat
import InkInference
import InkModels
import InkTensor
import Synchronization
import Testing

/// Requests that are computed side by side.
@Suite("Batch engine")
struct BatchEngineTests {
  @Test(
    "32 mixed requests at once get the tokens that each gets alone", arguments: ["llama", "deepseek_v2", "chatglm_6b"])
  func mixed(name: String) async throws {
    let model = try TestModels.tiny(name)
    let requests = (0..<32).map { MixedRequest($0, for: model) }
    var alone: [[Int32]] = []
    for request in requests {
      // A model of its own: nothing cached, nobody beside.
      alone.append(try await request.tokens(from: LocalChatModel(model, settings: EngineSettings(parallel: 1))))
    }
    for settings in [
      EngineSettings(), EngineSettings(parallel: 5, stepTokens: 17),
      EngineSettings(parallel: 8, speculation: .lookup(tokens: 4)),
    ] {
      let together = LocalChatModel(model, settings: settings)
      let answers = try await Self.answers(requests, together)
      #expect(answers == alone, "\(settings)")
      // Once more, over what is cached now.
      #expect(try await Self.answers(requests, together) == alone, "\(settings), cached")
      let statistics = await together.statistics
      #expect(statistics.running == 0 && statistics.waiting == 0)
      #expect(statistics.requestsInSteps > statistics.steps)
      if name != "chatglm_6b" { #expect(statistics.cachedPromptTokens > 0) }
    }
  }

  @Test("a cache too small for all puts requests back and changes no token")
  func preemption() async throws {
    let model = try TestModels.tiny("llama", context: 512)
    let requests = (0..<12).map { MixedRequest($0, for: model, tokens: 150) }
    var alone: [[Int32]] = []
    for request in requests {
      alone.append(try await request.tokens(from: LocalChatModel(model, settings: EngineSettings(parallel: 1))))
    }
    let page = model.makeCache().pageByteCount
    let small = LocalChatModel(model, settings: EngineSettings(parallel: 12, cacheByteCount: 12 * page))
    #expect(try await Self.answers(requests, small) == alone)
    let statistics = await small.statistics
    #expect(statistics.preemptions > 0)
    #expect(statistics.pageLimit == 12 && statistics.pagesUsed <= 12)
  }

  @Test("a prompt that the cache has no room for is refused at once")
  func tooLarge() async throws {
    let model = try TestModels.tiny("llama")
    let page = model.makeCache().pageByteCount
    let small = LocalChatModel(model, settings: EngineSettings(cacheByteCount: 4 * page))
    #expect(small.contextLength == 192)
    let error = await #expect(throws: GenerationError.self) {
      _ = try await small.stream(continuing: .tokens(Array(repeating: 3, count: 300)), options: GenerationOptions())
        .collect()
    }
    #expect(error?.code == .contextExceeded)
  }

  @Test("a full queue refuses, and those who wait are answered")
  func overload() async throws {
    let model = LocalChatModel(
      try TestModels.tiny("llama"), settings: EngineSettings(parallel: 1, queueLimit: 2))
    let options = GenerationOptions(sampling: .greedy, maximumTokens: 40)
    let outcomes = await withTaskGroup(of: GenerationError.Code?.self) { group in
      for index in 0..<20 {
        group.addTask {
          do throws(GenerationError) {
            _ = try await model.stream(continuing: .tokens([3, 4, Int32(index)]), options: options).collect()
            return nil
          } catch {
            return error.code
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.contains(.overloaded))
    #expect(outcomes.filter { $0 == nil }.count >= 3)
    #expect(outcomes.allSatisfy { $0 == nil || $0 == .overloaded })
  }

  @Test("a request that cannot be begun in time says so")
  func patience() async throws {
    let model = LocalChatModel(try TestModels.tiny("llama"), settings: EngineSettings(parallel: 1))
    var options = GenerationOptions(sampling: .greedy, maximumTokens: 60)
    options.urgency.patience = .zero
    let error = await #expect(throws: GenerationError.self) {
      _ = try await model.stream(continuing: .tokens([3, 4]), options: options).collect()
    }
    #expect(error?.code == .timedOut)
  }

  @Test("an abandoned request frees its pages")
  func abandoned() async throws {
    let model = LocalChatModel(
      try TestModels.tiny("llama", context: 1 << 20), settings: EngineSettings(cacheByteCount: 1 << 30))
    for _ in 0..<8 {
      for try await _ in model.stream(continuing: .tokens([3, 4, 5]), options: GenerationOptions()) { break }
    }
    // The last one leaves at the next step.
    while await model.statistics.running > 0 { await Task.yield() }
    #expect(await model.statistics.waiting == 0)
  }

  @Test("answers that are beginnings of one another are kept in one page")
  func beginnings() async throws {
    let model = LocalChatModel(try TestModels.tiny("llama"))
    for tokens in [9, 3, 20, 7, 20, 12] {
      let options = GenerationOptions(sampling: .greedy, maximumTokens: tokens)
      _ = try await model.stream(continuing: .tokens([3, 4, 5]), options: options).collect()
    }
    #expect(await model.statistics.pagesUsed == 1)
    // Another beginning has a page of its own.
    let options = GenerationOptions(sampling: .greedy, maximumTokens: 4)
    _ = try await model.stream(continuing: .tokens([3, 5, 4]), options: options).collect()
    #expect(await model.statistics.pagesUsed == 2)
  }

  @Test("guesses that turn out right save steps")
  func speculation() async throws {
    let model = try TestModels.tiny("llama")
    let options = GenerationOptions(sampling: .greedy, maximumTokens: 200)
    let plain = LocalChatModel(model)
    let guessing = LocalChatModel(model, settings: EngineSettings(speculation: .lookup(tokens: 4)))
    let prompt = TextPrompt.tokens((0..<64).map { $0 % 8 + 3 })
    let expected = try await plain.stream(continuing: prompt, options: options).collect()
    let found = try await guessing.stream(continuing: prompt, options: options).collect()
    #expect(found.result.tokens == expected.result.tokens)
    let (before, after) = (await plain.statistics, await guessing.statistics)
    #expect(after.acceptedTokens > 0 && after.acceptedTokens <= after.draftedTokens)
    #expect(after.steps == before.steps - after.acceptedTokens)
  }

  @Test("what a smaller model writes ahead changes no token, right or wrong", arguments: ["llama", "gemma2"])
  func draft(name: String) async throws {
    let model = try TestModels.tiny("llama")
    let plain = LocalChatModel(model)
    let draft = try DraftModel(try TestModels.tiny(name), for: model)
    let drafted = LocalChatModel(model, settings: EngineSettings(speculation: .draft(draft, tokens: 3)))
    let requests = (0..<8).map { MixedRequest($0, for: model) }
    #expect(try await Self.answers(requests, drafted) == (try await Self.answers(requests, plain)))
    let statistics = await drafted.statistics
    #expect(statistics.draftedTokens > 0)
    // The same weights guess every greedy token.
    if name == "llama" { #expect(statistics.acceptedTokens > 0) }
  }

  @Test(
    "an answer that is held to a form is whole at any limit of tokens, however it is sampled",
    .enabled(if: TestModels.smolLM2 != nil, "SmolLM2 is not fetched: inkstone pull smollm2-135m"))
  func forms() async throws {
    let model = LocalChatModel(
      try LanguageModel.load(gguf: try #require(TestModels.smolLM2), name: "smollm2", cpu: CPU(threads: 2)))
    let schema: JSONValue = [
      "type": "object",
      "properties": [
        "name": ["type": "string"], "age": ["type": "integer"],
        "tags": ["type": "array", "items": ["enum": ["a", "b"]]],
      ],
      "required": ["name", "age", "tags"], "additionalProperties": false,
    ]
    for limit in [20, 21, 30, 60] {
      for seed in 0..<8 {
        let options = GenerationOptions(
          sampling: SamplingParameters(temperature: 1.5, seed: UInt64(seed)), maximumTokens: limit,
          form: .jsonSchema(schema))
        let answer = try await model.stream(continuing: .tokens([3, 4, Int32(seed)]), options: options).collect()
        #expect(answer.result.tokens.count <= limit)
        let value = try JSONValue(parsing: answer.text)
        guard case .string = value["name"], case .integer = value["age"], case .array(let tags) = value["tags"] else {
          Issue.record("\(answer.text)")
          continue
        }
        #expect(tags.allSatisfy { $0 == "a" || $0 == "b" })
      }
    }
    let error = await #expect(throws: GenerationError.self) {
      _ = try await model.stream(
        continuing: .tokens([3]), options: GenerationOptions(maximumTokens: 4, form: .jsonSchema(schema))
      ).collect()
    }
    #expect(error?.code == .invalidOption)
  }

  static func answers(_ requests: [MixedRequest], _ model: LocalChatModel) async throws -> [[Int32]] {
    try await withThrowingTaskGroup(of: (Int, [Int32]).self) { group in
      for (index, request) in requests.enumerated() {
        group.addTask { (index, try await request.tokens(from: model)) }
      }
      var answers = [[Int32]](repeating: [], count: requests.count)
      for try await (index, tokens) in group { answers[index] = tokens }
      return answers
    }
  }
}

/// One of many requests that differ in length, prefix, sampling and penalties.
struct MixedRequest: Sendable {
  let prompt: [Int32]
  let options: GenerationOptions

  init(_ index: Int, for model: LanguageModel, tokens: Int? = nil) {
    let vocabulary = model.decoder.spec.vocabulary
    // Every fourth shares its first 100 tokens with the others of its kind.
    let shared = (0..<100).map { Int32($0 * 5 % vocabulary) }
    var prompt = (0..<3 + index * 7).map { Int32(($0 * 31 + index * 13) % vocabulary) }
    if index % 4 == 0 { prompt = shared + prompt }
    if case .blankFilling(start: let start, masks: let masks) = model.decoder.spec.arrangement {
      prompt = prompt.map { $0 == start || masks.contains($0) ? 1 : $0 } + [masks[0], start]
    }
    self.prompt = prompt
    var sampling = index % 3 == 0 ? SamplingParameters.greedy : SamplingParameters(temperature: 1.2)
    if index % 3 == 1 { sampling.topP = 0.9 }
    if index % 3 == 2 { sampling.topK = 20 }
    if index % 5 == 0 { sampling.repetitionPenalty = 1.2 }
    sampling.seed = UInt64(index)
    options = GenerationOptions(sampling: sampling, maximumTokens: tokens ?? 5 + index % 40)
  }

  func tokens(from model: LocalChatModel) async throws -> [Int32] {
    try await model.stream(continuing: .tokens(prompt), options: options).collect().result.tokens
  }
}
