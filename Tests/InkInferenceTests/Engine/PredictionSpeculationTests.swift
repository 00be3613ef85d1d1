import InkChat
import InkInference
import InkModels
import Testing

/// Guesses of a model's own prediction layer.
@Suite("Speculation with a prediction layer")
struct PredictionSpeculationTests {
  @Test(
    "what the layer writes ahead changes no token, greedy or sampled, in chunks, over kept prefixes and after preemption"
  )
  func sameTokens() async throws {
    let model = try TestModels.predicting(.random)
    let plain = LocalChatModel(model, settings: EngineSettings(parallel: 1))
    let requests = (0..<16).map { MixedRequest($0, for: model) }
    var alone: [[Int32]] = []
    for request in requests { alone.append(try await request.tokens(from: plain)) }
    let page = model.makeCache().pageByteCount
    for (tokens, parallel, rows, cache) in [(1, 16, 128, nil), (3, 5, 17, nil), (4, 8, 128, 12 * page)] {
      let guessing = LocalChatModel(
        model,
        settings: EngineSettings(
          parallel: parallel, stepTokens: rows, cacheByteCount: cache,
          speculation: .prediction(try TokenPredictor(of: model), tokens: tokens)))
      for round in ["new", "kept"] {
        #expect(try await BatchEngineTests.answers(requests, guessing) == alone, "\(tokens) tokens, \(round)")
      }
      let statistics = await guessing.statistics
      #expect(statistics.draftedTokens > statistics.acceptedTokens && statistics.cachedPromptTokens > 0)
      #expect(statistics.running == 0 && statistics.waiting == 0)
    }
  }

  @Test("a layer that is right saves steps", arguments: [1, 2, 5])
  func steps(tokens: Int) async throws {
    let model = try TestModels.predicting(.right)
    let options = GenerationOptions(sampling: .greedy, maximumTokens: 120)
    let prompt = TextPrompt.tokens([3, 14, 15, 9, 26, 5])
    let plain = LocalChatModel(model)
    let guessing = LocalChatModel(
      model, settings: EngineSettings(speculation: .prediction(try TokenPredictor(of: model), tokens: tokens)))
    let expected = try await plain.stream(continuing: prompt, options: options).collect()
    let found = try await guessing.stream(continuing: prompt, options: options).collect()
    #expect(found.result.tokens == expected.result.tokens && found.result.tokens.count == 120)
    let (before, after) = (await plain.statistics, await guessing.statistics)
    // The guess that the answer ends with is not counted: nothing followed it.
    #expect(after.draftedTokens - after.acceptedTokens <= 1)
    #expect(after.steps == before.steps - after.acceptedTokens)
    // The first token comes of the prompt; then each step gives one token and the guesses before it.
    #expect(after.steps == 1 + (119 + tokens) / (tokens + 1))
    // Over the kept prefix the layer knows less, and here needs no more.
    let again = try await guessing.stream(continuing: prompt, options: options).collect()
    #expect(again.result.tokens == expected.result.tokens)
  }

  @Test("a model without such a layer is refused by name", arguments: ["llama", "deepseek_v3"])
  func absent(name: String) throws {
    let model = try TestModels.tiny(name)
    let error = try #require(throws: GenerationError.self) { try TokenPredictor(of: model) }
    #expect(error.code == .unsupported && error.description.contains(name), "\(error)")
    #expect(error.found.contains("leaves it out") == (name == "deepseek_v3"))
  }
}
