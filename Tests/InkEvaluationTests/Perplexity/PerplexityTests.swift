import InkChat
import InkEvaluation
import Testing

@Suite("Perplexity")
struct PerplexityTests {
  @Test("a model that gives every token the same probability has its inverse as perplexity", arguments: [8, 9, 512])
  func uniform(contextLength: Int) async throws {
    let model = ScriptedTextModel { _, _ in -1.5 }
    let result = try await Perplexity(contextLength: contextLength)
      .evaluate(tokens: Array(repeating: 3, count: contextLength * 3 + 1), with: model)
    #expect(abs(result.meanLoss - 1.5) < 1e-9)
    #expect(abs(result.perplexity - 4.481_689_070_338) < 1e-6)
    #expect(result.error < 1e-6)
    #expect(result.chunks == 3)
    #expect(result.tokens == 3 * (contextLength - contextLength / 2 - 1))
  }

  @Test("the tokens of the second half are scored but its first, each chunk on its own")
  func scoredPositions() async throws {
    // Token t has log-probability -t: the sum tells which ones were scored.
    let model = ScriptedTextModel { tokens, position in -Float(tokens[position]) }
    let tokens = (0..<20).map { Int32($0) }
    let result = try await Perplexity(contextLength: 8).evaluate(tokens: tokens, with: model)
    let losses: [Double] = [5, 6, 7, 13, 14, 15]
    let mean = losses.reduce(0, +) / 6
    let variance = losses.map { $0 * $0 }.reduce(0, +) / 6 - mean * mean
    #expect(result.tokens == 6)
    #expect(abs(result.meanLoss - mean) < 1e-9)
    #expect(abs(result.error / result.perplexity - (variance / 5).squareRoot()) < 1e-9)
  }

  @Test("a beginning token replaces the first token of every chunk, and only that")
  func beginningToken() async throws {
    // 0 when the chunk is as it must be: the beginning token in front and the other tokens in their places.
    let model = ScriptedTextModel(beginningToken: 99) { tokens, position in
      tokens.count == 8 && tokens[0] == 99 && tokens[1] % 8 == 1 && Int(tokens[position]) % 8 == position ? 0 : -10
    }
    let result = try await Perplexity(contextLength: 8).evaluate(tokens: (0..<24).map { Int32($0) }, with: model)
    #expect(result.chunks == 3)
    #expect(result.meanLoss == 0)
  }

  @Test("the text is tokenised once with the tokenizer's own additions")
  func tokenisation() async throws {
    let model = ScriptedTextModel(beginningToken: 99) { _, _ in -1 }
    let result = try await Perplexity(contextLength: 4).evaluate("abcdefg", with: model)  // 1 + 7 tokens
    #expect(result.chunks == 2)
    #expect(result.tokens == 2)
  }

  @Test("the number of chunks can be limited and progress is told after each")
  func limit() async throws {
    let model = ScriptedTextModel { _, _ in -1 }
    var seen: [Int] = []
    let result = try await Perplexity(contextLength: 4, extent: .firstChunks(2))
      .evaluate(tokens: Array(repeating: 1, count: 40), with: model) { seen.append($0.chunks) }
    #expect(result.chunks == 2)
    #expect(seen == [1, 2])
  }

  @Test("a text of less than two chunks is refused with its length")
  func shortText() async {
    let model = ScriptedTextModel { _, _ in -1 }
    await #expect {
      _ = try await Perplexity(contextLength: 8).evaluate(tokens: Array(repeating: 1, count: 15), with: model)
    } throws: { error in
      (error as? EvaluationError)?.code == .invalidData && "\(error)".contains("15 tokens")
    }
  }

  @Test("a context that the model does not have is refused", arguments: [-1, 0, 3, 4097])
  func badContext(contextLength: Int) async {
    let model = ScriptedTextModel { _, _ in -1 }
    await #expect {
      _ = try await Perplexity(contextLength: contextLength).evaluate(tokens: [1, 2, 3], with: model)
    } throws: { error in
      (error as? EvaluationError)?.code == .invalidSetting
    }
  }

  @Test("a log-probability that is no number is refused with its place")
  func notANumber() async {
    let model = ScriptedTextModel { _, position in position == 6 ? .nan : -1 }
    await #expect {
      _ = try await Perplexity(contextLength: 8).evaluate(tokens: Array(repeating: 1, count: 16), with: model)
    } throws: { error in
      (error as? EvaluationError)?.code == .invalidAnswer && "\(error)".contains("token 6")
    }
  }

  @Test("a failure of the model is passed on as its cause")
  func modelFailure() async {
    let model = ScriptedTextModel { _, _ in nil }
    await #expect {
      _ = try await Perplexity(contextLength: 8).evaluate(tokens: Array(repeating: 1, count: 16), with: model)
    } throws: { error in
      (error as? EvaluationError)?.code == .model(ScriptedTextModel.failure)
    }
  }
}
