package import InkTensor

/// What happens to each token by itself, with its weights.
package enum FeedForward: Sendable {
  /// `down(activation(up(x)))`.
  case plain(ActivationFunction, up: Linear, down: Linear)
  /// `down(activation(gate(x)) * up(x))` (Shazeer, 2020).
  case gated(ActivationFunction, gate: Linear, up: Linear, down: Linear)
  /// Some of many gated parts, chosen for each token by a router.
  case experts(MixtureOfExperts)

  /// The result for `x` [rows, width]; with a residual its sum with that.
  package func callAsFunction(_ x: Tensor, addingTo residual: Tensor?, on cpu: CPU) -> Tensor {
    switch self {
    case .plain(let function, let up, let down):
      return down(cpu.activate(up(x, on: cpu), function), addingTo: residual, on: cpu)
    case .gated(let function, let gate, let up, let down):
      let halves = Linear.apply([gate, up], to: x, on: cpu)  // each [rows, inner]
      return down(cpu.gated(halves[0], halves[1], function), addingTo: residual, on: cpu)
    case .experts(let experts): return experts(x, addingTo: residual, on: cpu)
    }
  }
}
