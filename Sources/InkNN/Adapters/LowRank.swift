package import InkTensor

/// A change of a linear map that is the product of two narrow ones (Hu et al., 2021, "LoRA"):
/// `scale * outer ⊙ (up (inner ⊙ (down x)))`.
package struct LowRank: Sendable {
  /// [rank, inputs].
  package let down: Weight
  /// [outputs, rank].
  package let up: Weight
  /// Multiplies the narrow vector, [rank]: singular values in AdaLoRA (Zhang et al., 2023), a trained vector in VeRA
  /// (Kopiczko et al., 2024).
  package let inner: Tensor?
  /// Multiplies the result, [outputs] (VeRA).
  package let outer: Tensor?
  package let scale: Float
  /// What is dropped of x while the change is trained.
  package let dropout: DropoutRate?

  package init(
    down: Weight, up: Weight, scale: Float, inner: Tensor? = nil, outer: Tensor? = nil, dropout: DropoutRate? = nil
  ) {
    self.dropout = dropout
    self.down = down
    self.up = up
    self.scale = scale
    self.inner = inner
    self.outer = outer
  }

  package var rank: Int { down.outputs }

  /// The sum of `y` [rows, outputs] and the change for x, of which `narrow` is `down x` [rows, rank].
  func add(_ narrow: Tensor, to y: Tensor, on cpu: CPU) -> Tensor {
    var narrow = scale == 1 ? narrow : cpu.scale(narrow, by: scale)
    if let inner { narrow = cpu.scaleColumns(narrow, by: inner) }
    guard let outer else { return cpu.linear(narrow, by: [up], epilogues: [.residual(y)])[0] }
    let change = cpu.linear(narrow, by: [up], epilogues: [.none])[0]  // [rows, outputs]
    return cpu.add(y, cpu.scaleColumns(change, by: outer))
  }

  /// The sum of `y` [rows, outputs] and the change for `x` [rows, inputs].
  func callAsFunction(_ x: Tensor, addingTo y: Tensor, in context: LinearContext) -> Tensor {
    let cpu = context.cpu
    return add(cpu.linear(input(x, in: context), by: [down], epilogues: [.none])[0], to: y, on: cpu)
  }

  /// Whether parts of x are dropped.
  func drops(in context: LinearContext) -> Bool { context.noise != nil && (dropout?.rate ?? 0) > 0 }

  private func input(_ x: Tensor, in context: LinearContext) -> Tensor {
    guard let noise = context.noise, let dropout, dropout.rate > 0 else { return x }
    return context.cpu.dropout(x, rate: dropout.rate, stream: noise.stream(dropout.place))
  }
}
