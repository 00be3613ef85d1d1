package import InkTensor

/// A linear map: a weight of whatever layout, a bias if it has one, and what adapters change about it.
package struct Linear: Sendable {
  package let weight: Weight
  package let bias: Tensor?
  /// What attached adapters change; empty for the base alone.
  package let deltas: [AttachedDelta]

  package init(weight: Weight, bias: Tensor?, deltas: [AttachedDelta] = []) {
    self.weight = weight
    self.bias = bias
    self.deltas = deltas
  }

  /// The same map with more deltas; its memory is shared.
  package func adding(_ more: [AttachedDelta]) -> Linear {
    more.isEmpty ? self : Linear(weight: weight, bias: bias, deltas: deltas + more)
  }

  /// `x W^T + bias` for `x` [rows, inputs]; with a residual its sum with that, in one pass over the output.
  package func callAsFunction(_ x: Tensor, addingTo residual: Tensor? = nil, in context: LinearContext) -> Tensor {
    Linear.apply([Call(map: self, residual: residual)], to: x, in: context)[0]
  }

  /// The same where all that is attached applies to every row.
  package func callAsFunction(_ x: Tensor, addingTo residual: Tensor? = nil, on cpu: CPU) -> Tensor {
    self(x, addingTo: residual, in: LinearContext(cpu: cpu, adapters: .all))
  }

  /// Several maps of one input, which is quantized once and handed to all threads once.
  package static func apply(_ maps: [Linear], to x: Tensor, in context: LinearContext) -> [Tensor] {
    apply(maps.map { Call(map: $0, residual: nil) }, to: x, in: context)
  }

  /// The same where all that is attached applies to every row.
  package static func apply(_ maps: [Linear], to x: Tensor, on cpu: CPU) -> [Tensor] {
    apply(maps, to: x, in: LinearContext(cpu: cpu, adapters: .all))
  }

  /// A map and what its result is added to.
  struct Call {
    let map: Linear
    let residual: Tensor?

    var epilogue: MatrixEpilogue {
      switch (map.bias, residual) {
      case (nil, nil): .none
      case (let bias?, nil): .bias(bias)
      case (nil, let residual?): .residual(residual)
      case (let bias?, let residual?): .biasAndResidual(bias: bias, residual: residual)
      }
    }
  }

  /// The base alone, in one dispatch.
  static func base(_ calls: [Call], _ x: Tensor, on cpu: CPU) -> [Tensor] {
    calls.isEmpty ? [] : cpu.linear(x, by: calls.map(\.map.weight), epilogues: calls.map(\.epilogue))
  }
}
