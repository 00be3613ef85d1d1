package import InkTensor

/// A linear map: a weight of whatever layout and, if it has one, a bias.
package struct Linear: Sendable {
  package let weight: Weight
  package let bias: Tensor?

  package init(weight: Weight, bias: Tensor?) {
    self.weight = weight
    self.bias = bias
  }

  /// `x W^T + bias` for `x` [rows, inputs]; with a residual its sum with that, in one pass over the output.
  package func callAsFunction(_ x: Tensor, addingTo residual: Tensor? = nil, on cpu: CPU) -> Tensor {
    cpu.linear(x, by: [weight], epilogues: [epilogue(residual)])[0]
  }

  /// Several maps of one input, which is quantized once and handed to all threads once.
  package static func apply(_ maps: [Linear], to x: Tensor, on cpu: CPU) -> [Tensor] {
    cpu.linear(x, by: maps.map(\.weight), epilogues: maps.map { $0.epilogue(nil) })
  }

  private func epilogue(_ residual: Tensor?) -> MatrixEpilogue {
    switch (bias, residual) {
    case (nil, nil): .none
    case (let bias?, nil): .bias(bias)
    case (nil, let residual?): .residual(residual)
    case (let bias?, let residual?): .biasAndResidual(bias: bias, residual: residual)
    }
  }
}
