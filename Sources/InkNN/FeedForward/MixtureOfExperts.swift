package import InkTensor

/// A mixture of experts with its weights: a router chooses some of many gated parts for each token (Shazeer et al.,
/// 2017).
///
/// Rows are brought together by expert, so that the matrices of a chosen expert are read once and those of the others
/// not at all. The parts of a row are added in the order of the experts' numbers, whatever else is in the step.
package struct MixtureOfExperts: Sendable {
  /// The matrices of one expert.
  package struct Expert: Sendable {
    let gate: Weight
    let up: Weight
    let down: Weight

    package init(gate: Weight, up: Weight, down: Weight) {
      self.gate = gate
      self.up = up
      self.down = down
    }
  }

  /// A gated part that every token goes through.
  package struct Shared: Sendable {
    let gate: Linear
    let up: Linear
    let down: Linear
    /// To one number a token; its sigmoid multiplies the part.
    let switching: Linear?

    package init(gate: Linear, up: Linear, down: Linear, switching: Linear?) {
      self.gate = gate
      self.up = up
      self.down = down
      self.switching = switching
    }
  }

  let router: Linear
  /// Added to the scores for the choice alone.
  let correction: Tensor?
  let routing: ExpertRouter
  let experts: [Expert]
  let function: ActivationFunction
  let shared: Shared?

  package init(
    router: Linear, correction: Tensor?, routing: ExpertRouter, experts: [Expert], function: ActivationFunction,
    shared: Shared?
  ) {
    self.router = router
    self.correction = correction
    self.routing = routing
    self.experts = experts
    self.function = function
    self.shared = shared
  }

  /// The result for `x` [rows, width]; with a residual its sum with that.
  ///
  /// - Parameter observer: gets the choice of every row.
  package func callAsFunction(
    _ x: Tensor, addingTo residual: Tensor?, in context: LinearContext,
    observer: (@Sendable (ExpertChoice) -> Void)? = nil
  ) -> Tensor {
    let cpu = context.cpu
    let logits = router(x, in: context)  // [rows, experts]
    let assignment = cpu.routeExperts(logits, bias: correction, router: routing)
    observer?(ExpertChoice(logits: logits, assignment: assignment))
    let used = assignment.used.map { experts[$0] }
    let gathered = cpu.gather(x, by: assignment)  // [slots, width]
    let halves = cpu.multiply(gathered, groups: assignment.groups, by: [used.map(\.gate), used.map(\.up)])
    let inner = cpu.gated(halves[0], halves[1], function)  // [slots, inner]
    let outer = cpu.multiply(inner, groups: assignment.groups, by: [used.map(\.down)])[0]  // [slots, width]
    let routed = cpu.combine(outer, by: assignment, addingTo: residual)  // [rows, width]
    guard let shared else { return routed }
    return shared(x, addingTo: routed, function, in: context)
  }
}

extension MixtureOfExperts.Shared {
  fileprivate func callAsFunction(
    _ x: Tensor, addingTo residual: Tensor, _ function: ActivationFunction, in context: LinearContext
  ) -> Tensor {
    let cpu = context.cpu
    let halves = Linear.apply([gate, up], to: x, in: context)  // each [rows, inner]
    let inner = cpu.gated(halves[0], halves[1], function)
    guard let switching else { return down(inner, addingTo: residual, in: context) }
    return cpu.add(residual, cpu.gateRows(down(inner, in: context), by: switching(x, in: context)))
  }
}
