package import InkTensor

/// Weights as lengths and directions, of which a low-rank change turns the directions (Liu et al., 2024, "DoRA"):
/// `magnitude / |W + BA| ⊙ (W x + BA x)`, with the length of each row of `W + BA`.
package struct DecomposedLowRank: Sendable {
  package let change: LowRank
  /// The length of each row, [outputs].
  package let magnitude: Tensor
  /// The squared length of each row of the base.
  let baseSquares: [Double]
  /// What rows are multiplied with where nothing is trained.
  let frozenFactors: Tensor?

  /// A change of a map with this weight.
  package init(_ change: LowRank, magnitude: Tensor, base: Weight, use: AdapterUse, on cpu: CPU) {
    self.change = change
    self.magnitude = magnitude
    let squares = DecomposedLowRank.rowSquares(base, on: cpu)
    baseSquares = squares
    switch use {
    case .training: frozenFactors = nil
    case .inference:
      let lengths = DecomposedLowRank.inverseLengths(change, base: base, baseSquares: squares, on: cpu)
      frozenFactors = cpu.scaleColumns(magnitude.reshaped([1, lengths.elementCount]), by: lengths)
        .reshaped([lengths.elementCount])
    }
  }

  /// Rows `y` of the base alone, without bias, as those of the changed map.
  func callAsFunction(_ x: Tensor, _ y: Tensor, base: Weight, in context: LinearContext) -> Tensor {
    let cpu = context.cpu
    let sum = change(x, addingTo: y, in: context)
    if let frozenFactors { return cpu.scaleColumns(sum, by: frozenFactors) }
    // The lengths count as constants on the way back (Liu et al., section 4.3).
    let lengths = DecomposedLowRank.inverseLengths(change, base: base, baseSquares: baseSquares, on: cpu)
    let count = lengths.elementCount
    let factors = cpu.scaleColumns(magnitude.reshaped([1, count]), by: lengths).reshaped([count])
    return cpu.scaleColumns(sum, by: factors)
  }

  /// The lengths of the rows of a weight, [outputs]: where magnitudes begin.
  package static func rowLengths(_ weight: Weight, on cpu: CPU) -> Tensor {
    let squares = rowSquares(weight, on: cpu)
    return Tensor(squares.map { Float($0.squareRoot()) }, shape: [squares.count])
  }

  private static func rowSquares(_ weight: Weight, on cpu: CPU) -> [Double] {
    var squares: [Double] = []
    squares.reserveCapacity(weight.outputs)
    for start in stride(from: 0, to: weight.outputs, by: 256) {
      let rows = cpu.gatherRows(Array(start..<min(start + 256, weight.outputs)), of: weight.detached)
      rows.withElements { elements in
        for first in stride(from: 0, to: elements.count, by: max(weight.inputs, 1)) {
          var sum = 0.0
          for index in first..<first + weight.inputs { sum += Double(elements[index]) * Double(elements[index]) }
          squares.append(sum)
        }
      }
    }
    return squares
  }

  /// One over the length of each row of `W + scale BA`, without making that matrix:
  /// `|w|² + 2 scale b·(A w) + scale² b·(A Aᵀ) b`.
  private static func inverseLengths(
    _ change: LowRank, base: Weight, baseSquares: [Double], on cpu: CPU
  ) -> Tensor {
    let (rank, outputs) = (change.rank, change.up.outputs)
    let down = cpu.gatherRows(Array(0..<rank), of: change.down.detached)  // [rank, inputs]
    let up = cpu.gatherRows(Array(0..<outputs), of: change.up.detached)  // [outputs, rank]
    let turned = cpu.linear(down, by: [base.detached], epilogues: [.none])[0].toArray()  // [rank, outputs]
    let squares = cpu.matmul(down, down, order: .transposed)  // [rank, rank]
    let bent = cpu.matmul(up, squares).toArray()  // [outputs, rank]
    let scale = Double(change.scale)
    let rows = up.toArray()
    let inverse = (0..<outputs).map { output -> Float in
      var (crossed, own) = (0.0, 0.0)
      for index in 0..<rank {
        let element = Double(rows[output * rank + index])
        crossed += element * Double(turned[index * outputs + output])
        own += element * Double(bent[output * rank + index])
      }
      let square = baseSquares[output] + 2 * scale * crossed + scale * scale * own
      return square > 0 ? Float(1 / square.squareRoot()) : 0
    }
    return Tensor(inverse, shape: [outputs])
  }
}

/// What an adapter is attached for.
package enum AdapterUse: Sendable, Hashable {
  /// Its weights are packed for the kernels; nothing changes.
  case inference
  /// Its weights are f32 tensors that training changes.
  case training
}

extension Weight {
  /// The same weight, unknown to any tape.
  var detached: Weight {
    switch self {
    case .packed: self
    case .dense(let tensor): .dense(tensor.detached)
    }
  }
}
