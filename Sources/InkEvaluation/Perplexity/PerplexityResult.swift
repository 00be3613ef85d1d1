#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The outcome of a perplexity evaluation.
public struct PerplexityResult: Sendable, Hashable {
  /// exp of the mean negative log-likelihood.
  public let perplexity: Double
  /// Standard error of `perplexity`; 0 with fewer than two scored tokens.
  public let error: Double
  /// Mean negative log-likelihood of a scored token, in natural units.
  public let meanLoss: Double
  /// Number of tokens that were scored.
  public let tokens: Int
  /// Number of chunks that were run.
  public let chunks: Int

  init(sum: Double, sumOfSquares: Double, tokens: Int, chunks: Int) {
    let count = Double(max(tokens, 1))
    meanLoss = sum / count
    perplexity = exp(meanLoss)
    let variance = max(0, sumOfSquares / count - meanLoss * meanLoss)
    error = tokens > 1 ? (variance / Double(tokens - 1)).squareRoot() * perplexity : 0
    self.tokens = tokens
    self.chunks = chunks
  }
}
