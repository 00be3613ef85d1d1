public import InkChat

/// Perplexity of a text under a model, with the chunked definition of `llama-perplexity`, so that the numbers
/// can be compared.
///
/// With n = `contextLength`:
/// 1. The text is tokenised once, with the tokens that the tokenizer adds of itself (a beginning token, if any); text
///    that looks like a special token stays text. At least 2n tokens are required.
/// 2. The tokens are cut into floor(count / n) chunks of n; what is left over at the end is not used. Each chunk is run
///    on its own, from an empty cache, positions 0 to n - 1.
/// 3. If the tokenizer adds a beginning token, it **replaces** the first token of every chunk (it is not put in front,
///    so a chunk stays n tokens long and the other tokens keep their places).
/// 4. The logits at positions n/2 to n - 2 (integer division) are scored, each by the token that follows it: the scored
///    tokens are those at n/2 + 1 to n - 1, which is n - n/2 - 1 per chunk. The first half is context only.
/// 5. perplexity = exp(m), m the mean of the scored tokens' -log p; its standard error is
///    perplexity * sqrt((mean of squares - m²) / (scored - 1)), the error of the mean carried through exp.
///
/// ```swift
/// let result = try await Perplexity(contextLength: 512).evaluate(text, with: model) { done in print(done.perplexity) }
/// ```
public struct Perplexity: Sendable, Hashable {
  /// How much of the text is used.
  public enum Extent: Sendable, Hashable {
    case wholeText
    /// The first chunks only; fewer if the text has fewer.
    case firstChunks(Int)
  }

  /// Tokens of a chunk, n above.
  public var contextLength: Int
  /// How much of the text is used.
  public var extent: Extent

  /// An evaluation with every setting given.
  public init(contextLength: Int = 512, extent: Extent = .wholeText) {
    self.contextLength = contextLength
    self.extent = extent
  }

  /// Tokenises a text and scores it.
  ///
  /// - Parameter progress: called after each chunk with the result so far.
  /// - Throws: `invalidSetting` when the context is under 4 tokens or over the model's; `invalidData` for a text of less
  ///   than two chunks; `model` when the model fails; `invalidAnswer` when its numbers cannot be.
  public func evaluate(
    _ text: String, with model: any TextModel, progress: (PerplexityResult) -> Void = { _ in }
  ) async throws(EvaluationError) -> PerplexityResult {
    try await evaluate(tokens: try await tokens(of: text, with: model), with: model, progress: progress)
  }

  /// The tokens of a text.
  func tokens(of text: String, with model: any TextModel) async throws(EvaluationError) -> [Int32] {
    do throws(GenerationError) {
      return try await model.tokenize(text, specialTokens: .added)
    } catch {
      throw EvaluationError(error, context: "tokenising the text for perplexity")
    }
  }

  /// The tokens of a chunk as they are run.
  func chunk(_ index: Int, of tokens: [Int32], with model: any TextModel) -> [Int32] {
    var input = Array(tokens[index * contextLength..<(index + 1) * contextLength])
    if let beginning = model.beginningToken { input[0] = beginning }
    return input
  }

  /// Scores tokens that were made with the tokenizer's own beginning token, if it has one.
  ///
  /// - Throws: as `evaluate(_:with:progress:)`.
  public func evaluate(
    tokens: [Int32], with model: any TextModel, progress: (PerplexityResult) -> Void = { _ in }
  ) async throws(EvaluationError) -> PerplexityResult {
    let chunkCount = try chunkCount(tokens: tokens.count, model: model)
    let first = contextLength / 2
    var sum = 0.0
    var sumOfSquares = 0.0
    var scored = 0
    var result = PerplexityResult(sum: 0, sumOfSquares: 0, tokens: 0, chunks: 0)
    for chunk in 0..<chunkCount {
      let input = self.chunk(chunk, of: tokens, with: model)
      for logProbability in try await score(input, from: first + 1, chunk: chunk, with: model) {
        let loss = -Double(logProbability)
        sum += loss
        sumOfSquares += loss * loss
        scored += 1
      }
      result = PerplexityResult(sum: sum, sumOfSquares: sumOfSquares, tokens: scored, chunks: chunk + 1)
      progress(result)
    }
    return result
  }

  func chunkCount(tokens count: Int, model: any TextModel) throws(EvaluationError) -> Int {
    guard contextLength >= 4, contextLength <= model.contextLength else {
      throw EvaluationError(
        code: .invalidSetting, context: "context of the perplexity", expected: "4 to \(model.contextLength) tokens",
        found: "\(contextLength)", hint: "The upper bound is the model's own context.")
    }
    let available = count / contextLength
    guard available >= 2 else {
      throw EvaluationError(
        code: .invalidData, context: "text for the perplexity",
        expected: "at least two chunks of \(contextLength) tokens", found: "\(count) tokens",
        hint: "Use a longer text or a shorter context.")
    }
    switch extent {
    case .wholeText: return available
    case .firstChunks(let limit):
      guard limit >= 1 else {
        throw EvaluationError(
          code: .invalidSetting, context: "number of chunks", expected: "at least 1", found: "\(limit)")
      }
      return min(limit, available)
    }
  }

  /// Log-probabilities of the tokens of a chunk from a position on.
  func score(
    _ input: [Int32], from start: Int, chunk: Int, with model: any TextModel
  ) async throws(EvaluationError) -> [Float] {
    let values: [Float]
    do throws(GenerationError) {
      values = try await model.logProbabilities(of: input, at: start..<input.count)
    } catch {
      throw EvaluationError(error, context: "chunk \(chunk) of the perplexity")
    }
    guard values.count == input.count - start else {
      throw EvaluationError(
        code: .invalidAnswer, context: "chunk \(chunk) of the perplexity",
        expected: "\(input.count - start) log-probabilities", found: "\(values.count)")
    }
    if let index = values.firstIndex(where: { $0.isNaN || $0 > 1e-3 }) {
      throw EvaluationError(
        code: .invalidAnswer, context: "chunk \(chunk) of the perplexity, token \(start + index)",
        expected: "a log-probability of at most 0", found: "\(values[index])",
        hint: "The weights may be damaged; check the model file.")
    }
    return values
  }
}
