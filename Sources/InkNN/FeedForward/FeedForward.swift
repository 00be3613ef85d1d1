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
  ///
  /// - Parameter observer: gets the choices of a mixture of experts.
  package func callAsFunction(
    _ x: Tensor, addingTo residual: Tensor?, in context: LinearContext,
    observer: (@Sendable (ExpertChoice) -> Void)? = nil
  ) -> Tensor {
    let cpu = context.cpu
    switch self {
    case .plain(let function, let up, let down):
      return down(cpu.activate(up(x, in: context), function), addingTo: residual, in: context)
    case .gated(let function, let gate, let up, let down):
      let halves = Linear.apply([gate, up], to: x, in: context)  // each [rows, inner]
      return down(cpu.gated(halves[0], halves[1], function), addingTo: residual, in: context)
    case .experts(let experts): return experts(x, addingTo: residual, in: context, observer: observer)
    }
  }

  /// The result for `x` [rows, width] of a step, which may be observed.
  package func callAsFunction(_ x: Tensor, addingTo residual: Tensor?, step: DecoderStep) -> Tensor {
    self(x, addingTo: residual, in: step.linears, observer: step.expertObserver)
  }

  /// The result for `x` [rows, width] where all that is attached applies to every row.
  package func callAsFunction(_ x: Tensor, addingTo residual: Tensor?, on cpu: CPU) -> Tensor {
    self(x, addingTo: residual, in: LinearContext(cpu: cpu, adapters: .all))
  }
}
