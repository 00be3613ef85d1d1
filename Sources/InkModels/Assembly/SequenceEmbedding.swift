import InkNN
import InkTensor

/// Tokens, their positions and their kinds as rows of the residual stream.
struct SequenceEmbedding: Sendable {
  /// Positions with their weights.
  enum Positions: Sendable {
    case none
    case learned(PackedMatrix, first: Int)
    case sinusoidal(SinusoidalPositions)
  }

  let tokens: PackedMatrix
  let scale: Float
  let positions: Positions
  let types: PackedMatrix?
  let norm: Norm?

  /// The rows of some tokens, [tokens, width].
  ///
  /// - Parameters:
  ///   - types: the kind of each token; empty when all are of the first.
  ///   - places: the position of each token.
  func callAsFunction(_ tokens: [Int32], types given: [Int32] = [], at places: [Int], on cpu: CPU) -> Tensor {
    var x = self.tokens.gatherRows(tokens.map { Int($0) }, cpu: cpu)
    if scale != 1 { x = cpu.scale(x, by: scale) }
    if let types {
      let rows = given.isEmpty ? Array(repeating: 0, count: tokens.count) : given.map { Int($0) }
      x = cpu.add(x, types.gatherRows(rows, cpu: cpu))
    }
    switch positions {
    case .none: break
    case .learned(let table, let first): x = cpu.add(x, table.gatherRows(places.map { $0 + first }, cpu: cpu))
    case .sinusoidal(let sinusoids): x = cpu.add(x, sinusoids.rows(of: places))
    }
    if let norm { x = norm(x, on: cpu) }
    return x
  }
}
