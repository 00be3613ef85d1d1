/// Where norms and residuals stand.
///
/// ```
/// pre:       x + mixer(norm(x))          then  x + feedForward(norm(x))
/// post:      x + norm(mixer(x))          then  x + norm(feedForward(x))
/// summed:    norm(x + mixer(x))          then  norm(x + feedForward(x))
/// sandwich:  x + norm(mixer(norm(x)))    then  x + norm(feedForward(norm(x)))
/// parallel:  x + mixer(norm(x)) + feedForward(norm(x))
/// scaled:    x + s mixer(norm(x))        then  x + s feedForward(norm(x))
/// weighted:  s n + mixer(n), n = norm(x) then  s n + feedForward(n), n = norm(x)
/// ```
public enum Wiring: Sendable, Hashable {
  case pre
  case post
  /// The norm of the sum, as in the first transformer (Vaswani et al., 2017).
  case summed
  case sandwich
  case parallel(ParallelNorms)
  /// Pre-norm with both branches multiplied by a number (Granite).
  case scaled(branches: Float)
  /// The residual is the normalized input times a number (ChatGLM-6B: the root of twice the layers).
  case weighted(residual: Float)

  /// The norms of the parallel form.
  public enum ParallelNorms: Sendable, Hashable {
    /// One for both branches.
    case shared
    /// One for each.
    case separate
  }
}
