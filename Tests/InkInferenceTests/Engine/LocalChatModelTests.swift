import Foundation
import InkChat
import InkInference
import InkTensor
import Testing

@Suite("Local model")
struct LocalChatModelTests {
  @Test("greedy text is the same with a cached prefix and without")
  func prefixReuse() async throws {
    let model = LocalChatModel(try TestModels.tiny("llama"))
    let options = GenerationOptions(sampling: .greedy, maximumTokens: 20, tokenDetail: .identifiers)
    let prompt: [Int32] = [5, 17, 33, 8, 21]
    let first = try await result(model, prompt, options)
    #expect(first.tokens.count == 20)
    #expect(first.counts.cachedPrompt == 0)
    #expect(first.finishReason == .length)
    let longer = try await result(model, prompt + first.tokens.prefix(10), options)
    #expect(longer.counts.cachedPrompt == 14)
    #expect(longer.tokens.prefix(10) == first.tokens.suffix(10))
  }

  @Test("the same seed gives the same tokens, another seed others")
  func seeds() async throws {
    let model = LocalChatModel(try TestModels.tiny("llama"))
    var options = GenerationOptions(sampling: SamplingParameters(temperature: 1.5, seed: 7), maximumTokens: 30)
    let first = try await result(model, [3, 4, 5], options)
    #expect(try await result(model, [3, 4, 5], options).tokens == first.tokens)
    options.sampling.seed = 8
    #expect(try await result(model, [3, 4, 5], options).tokens != first.tokens)
  }

  @Test("a prompt longer than the context is refused with both lengths")
  func contextExceeded() async throws {
    let model = LocalChatModel(try TestModels.tiny("llama", context: 16))
    let error = await #expect(throws: GenerationError.self) {
      _ = try await result(model, Array(repeating: 3, count: 40), GenerationOptions(maximumTokens: 1))
    }
    #expect(error?.code == .contextExceeded)
    #expect(error?.description.contains("40") == true)
  }

  @Test("an answer ends when the context is full")
  func contextFull() async throws {
    let model = LocalChatModel(try TestModels.tiny("llama", context: 16))
    let options = GenerationOptions(sampling: .greedy, maximumTokens: 100)
    let answer = try await result(model, [3, 4, 5, 6], options)
    #expect(answer.finishReason == .contextFull)
    #expect(answer.counts.prompt + answer.counts.completion == 16)
  }

  @Test("an id outside the vocabulary is refused")
  func unknownToken() async throws {
    let model = LocalChatModel(try TestModels.tiny("llama"))
    await #expect(throws: GenerationError.self) { _ = try await result(model, [99_999], GenerationOptions()) }
    await #expect(throws: GenerationError.self) { _ = try await result(model, [-1], GenerationOptions()) }
    await #expect(throws: GenerationError.self) { _ = try await result(model, [], GenerationOptions()) }
  }

  @Test("log-probabilities of a text are those of its logits")
  func logProbabilities() async throws {
    let language = try TestModels.tiny("qwen3")
    let model = LocalChatModel(language)
    let tokens: [Int32] = (0..<100).map { $0 * 7 % 60 }
    let found = try await model.logProbabilities(of: tokens, at: 40..<100)
    var cache = language.makeCache()
    let logits = try language.evaluate(tokens, cache: &cache, rows: .from(0))
    for (index, position) in (40..<100).enumerated() {
      let row = logits[position - 1].toArray().map { Double($0) }
      let largest = row.max() ?? 0
      var total = 0.0
      for value in row { total += exp(value - largest) }
      let expected = row[Int(tokens[position])] - largest - log(total)
      #expect(abs(Double(found[index]) - expected) < 1e-4)
    }
  }

  @Test("a reader that leaves stops the answer")
  func cancellation() async throws {
    let model = LocalChatModel(try TestModels.tiny("llama", context: 1 << 20))
    let options = GenerationOptions(sampling: .greedy, maximumTokens: nil)
    var pieces = 0
    for try await _ in model.stream(continuing: .tokens([3, 4, 5]), options: options) {
      pieces += 1
      if pieces == 3 { break }
    }
    #expect(pieces == 3)
    // The model answers again at once: the first answer does not run on to its million tokens.
    let next = try await result(model, [3, 4], GenerationOptions(sampling: .greedy, maximumTokens: 2))
    #expect(next.tokens.count == 2)
  }

  private func result(
    _ model: LocalChatModel, _ prompt: [Int32], _ options: GenerationOptions
  ) async throws -> GenerationResult {
    var result: GenerationResult?
    for try await event in model.stream(continuing: .tokens(prompt), options: options) {
      if case .finished(let finished) = event { result = finished }
    }
    return try #require(result)
  }
}
