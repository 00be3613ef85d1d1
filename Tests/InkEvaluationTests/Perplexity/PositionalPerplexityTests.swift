import Foundation
import InkChat
import InkEvaluation
import Testing

@Suite("Perplexity by position")
struct PositionalPerplexityTests {
  @Test("every token but the first of a chunk is scored at its own position")
  func positions() async throws {
    // The loss is the position: stretches of three hold the means of their positions.
    let model = ScriptedTextModel { _, position in -Float(position) }
    let evaluation = PositionalPerplexity(contextLength: 8, stretch: 3)
    let result = try await evaluation.evaluate(String(repeating: "x", count: 40), with: model)
    #expect(result.map(\.positions) == [0..<3, 3..<6, 6..<8])
    #expect(result.map(\.tokens) == [2 * 5, 3 * 5, 2 * 5])
    for (stretch, mean) in zip(result, [1.5, 4, 6.5]) { #expect(abs(log(stretch.perplexity) - mean) < 1e-6) }
  }

  @Test("the stretches are sixteenths of the context when nothing is said, and one position at least")
  func defaults() {
    #expect(PositionalPerplexity(contextLength: 512).stretch == 32)
    #expect(PositionalPerplexity(contextLength: 8).stretch == 1)
  }

  @Test("a stretch of no position is refused")
  func noStretch() async throws {
    let model = ScriptedTextModel { _, _ in -1 }
    let error = try await #require(throws: EvaluationError.self) {
      try await PositionalPerplexity(contextLength: 8, stretch: 0).evaluate("abcdefghijklmnop", with: model)
    }
    #expect(error.code == .invalidSetting)
  }

  @Test("the number of chunks can be limited and progress is told after each")
  func limit() async throws {
    let model = ScriptedTextModel { _, _ in -1 }
    var seen: [Int] = []
    let evaluation = PositionalPerplexity(contextLength: 4, stretch: 4, extent: .firstChunks(2))
    let result = try await evaluation.evaluate(String(repeating: "x", count: 40), with: model) { seen.append($0) }
    #expect(result.map(\.tokens) == [6])
    #expect(seen == [1, 2])
  }
}
