import InkNN
import InkTensor

/// Tokens, their positions and their kinds as rows of the residual stream.
struct SequenceEmbedding: Sendable {
  /// Positions with their weights.
  enum Positions: Sendable {
    case none
    case learned(Weight, first: Int)
    case sinusoidal(SinusoidalPositions)
  }

  let tokens: Weight
  let scale: Float
  let positions: Positions
  let types: Weight?
  let norm: Norm?

  /// The same part with what the walk makes of its norm.
  func walked(_ prefix: String, by walk: inout some LinearWalk) -> SequenceEmbedding {
    SequenceEmbedding(
      tokens: tokens, scale: scale, positions: positions, types: types,
      norm: norm.map { walk.visit("\(prefix)embeddingNorm", $0) })
  }

  /// The rows of some tokens, [tokens, width].
  ///
  /// - Parameters:
  ///   - types: the kind of each token; empty when all are of the first.
  ///   - places: the position of each token.
  ///   - perturbation: added to the embeddings of tokens, [tokens, width].
  ///   - parts: rows that stand in place of the embeddings of tokens, in order.
  func callAsFunction(
    _ tokens: [Int32], types given: [Int32] = [], at places: [Int], perturbation: Tensor? = nil,
    replacing parts: [(start: Int, rows: Tensor)] = [], on cpu: CPU
  ) -> Tensor {
    var x = cpu.gatherRows(tokens.map { Int($0) }, of: self.tokens)
    if scale != 1 { x = cpu.scale(x, by: scale) }
    if let perturbation { x = cpu.add(x, perturbation) }
    if !parts.isEmpty { x = cpu.replacingRows(of: x, by: parts) }
    if let types {
      let rows = given.isEmpty ? Array(repeating: 0, count: tokens.count) : given.map { Int($0) }
      x = cpu.add(x, cpu.gatherRows(rows, of: types))
    }
    switch positions {
    case .none: break
    case .learned(let table, let first): x = cpu.add(x, cpu.gatherRows(places.map { $0 + first }, of: table))
    case .sinusoidal(let sinusoids): x = cpu.add(x, sinusoids.rows(of: places))
    }
    if let norm { x = norm(x, on: cpu) }
    return x
  }
}
