public import InkChat

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Perplexity as a function of the position in the context: whether a model uses a long context, and what becomes of it
/// beyond the length it was trained for (Press, Smith and Lewis, 2021; Chen et al., 2023).
///
/// The text is tokenised and cut into chunks as for ``Perplexity``, each run from an empty cache. Here every token but the
/// first of a chunk is scored, and the scores are gathered by position in stretches of equal length. A model that
/// extrapolates has a curve that falls and stays low; one that does not has a curve that rises where its training ended.
public struct PositionalPerplexity: Sendable, Hashable {
  /// Tokens of a chunk.
  public var contextLength: Int
  /// Positions of a stretch.
  public var stretch: Int
  /// How much of the text is used.
  public var extent: Perplexity.Extent

  /// The score of the positions from the first to the last of a stretch.
  public struct Stretch: Sendable, Hashable {
    /// Positions in the chunk, from 0.
    public let positions: Range<Int>
    /// exp of the mean negative log-likelihood of the tokens at these positions.
    public let perplexity: Double
    /// Tokens that were scored.
    public let tokens: Int
  }

  /// An evaluation; the stretches are sixteenths of the context unless said otherwise.
  public init(contextLength: Int = 512, stretch: Int? = nil, extent: Perplexity.Extent = .wholeText) {
    self.contextLength = contextLength
    self.stretch = stretch ?? max(contextLength / 16, 1)
    self.extent = extent
  }

  /// Scores a text.
  ///
  /// - Parameter progress: called after each chunk with the number of chunks done.
  /// - Throws: as ``Perplexity/evaluate(_:with:progress:)``, and `invalidSetting` for a stretch of no position.
  public func evaluate(
    _ text: String, with model: any TextModel, progress: (Int) -> Void = { _ in }
  ) async throws(EvaluationError) -> [Stretch] {
    guard stretch > 0 else {
      throw EvaluationError(
        code: .invalidSetting, context: "stretch of the perplexity", expected: "at least one position",
        found: "\(stretch)")
    }
    let whole = Perplexity(contextLength: contextLength, extent: extent)
    let tokens = try await whole.tokens(of: text, with: model)
    let chunkCount = try whole.chunkCount(tokens: tokens.count, model: model)
    var losses = [Double](repeating: 0, count: (contextLength + stretch - 1) / stretch)
    var counts = [Int](repeating: 0, count: losses.count)
    for chunk in 0..<chunkCount {
      let input = whole.chunk(chunk, of: tokens, with: model)
      for (index, logProbability) in try await whole.score(input, from: 1, chunk: chunk, with: model).enumerated() {
        losses[(index + 1) / stretch] -= Double(logProbability)
        counts[(index + 1) / stretch] += 1
      }
      progress(chunk + 1)
    }
    return losses.indices.filter { counts[$0] > 0 }.map { index in
      Stretch(
        positions: index * stretch..<min((index + 1) * stretch, contextLength),
        perplexity: exp(losses[index] / Double(counts[index])), tokens: counts[index])
    }
  }
}
