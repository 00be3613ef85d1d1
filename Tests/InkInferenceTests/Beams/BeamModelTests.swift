import InkChat
import InkInference
import InkTokenizers
import Testing

@Suite("Beams of a served model")
struct BeamModelTests {
  private let prompt: [Int32] = (0..<20).map { Int32(($0 * 7 + 11) % 60 + 3) }

  @Test("the answers are those of the search, best first, beside answers that are drawn")
  func answers() async throws {
    let model = try TestModels.tiny("llama")
    let engine = LocalChatModel(model, settings: EngineSettings())
    let expected = try BeamSearch(beams: 4, lengthPenalty: 0.5, maximumTokens: 9).run(prompt, on: model)
    async let drawn = engine.stream(
      continuing: .tokens(prompt), options: GenerationOptions(sampling: .greedy, maximumTokens: 9)
    ).collect()
    let found = try await engine.beams(
      continuing: .tokens(prompt), options: BeamOptions(width: 4, lengthPenalty: 0.5, maximumTokens: 9))
    #expect(found.map(\.score) == expected.map(\.score))
    #expect(found.map(\.text) == (try expected.map { try model.tokenizer.decode($0.tokens) }))
    #expect(found.allSatisfy { $0.finishReason == .length && $0.counts == TokenCounts(prompt: 20, completion: 9) })
    // One beam is the greedy choice.
    let one = try await engine.beams(continuing: .tokens(prompt), options: BeamOptions(width: 1, maximumTokens: 9))
    let greedy = try await drawn
    #expect(one.map(\.text) == [try model.tokenizer.decode(greedy.result.tokens)])
  }

  @Test("an answer ends where the context does, and a prompt without room is refused")
  func room() async throws {
    let engine = LocalChatModel(try TestModels.tiny("llama", context: 23), settings: EngineSettings())
    let found = try await engine.beams(continuing: .tokens(prompt), options: BeamOptions(width: 2, maximumTokens: 9))
    #expect(found.allSatisfy { $0.finishReason == .contextFull && $0.counts.completion == 3 })
    let full = Array(prompt + [5, 6, 7])
    let error = await #expect(throws: GenerationError.self) {
      try await engine.beams(continuing: .tokens(full), options: BeamOptions(width: 2, maximumTokens: 9))
    }
    #expect(error?.code == .contextExceeded)
  }
}
