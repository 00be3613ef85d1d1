package import InkTensor

/// Changes weights by their gradients, and holds what has to be remembered for that.
///
/// The weights and the state change in place: an optimizer belongs to the one who trains, and works between two steps.
package final class Optimizer {
  package let settings: OptimizerSettings
  package let plans: [ParameterPlan]
  let rules: [any UpdateRule]
  let slots: [[StateSlot]]
  /// What is remembered, a list for each weight in the order of its slots.
  var states: [[Tensor]]
  /// How often each weight was changed.
  var steps: [Int]

  /// An optimizer that has seen nothing.
  ///
  /// - Parameter plans: the weights, of ``ParameterGrouping/plans(for:)``; names are unique.
  package init(_ settings: OptimizerSettings, plans: [ParameterPlan]) throws(TrainingError) {
    try settings.check()
    var names = Set<String>()
    var rules: [any UpdateRule] = []
    for plan in plans {
      guard names.insert(plan.parameter.name).inserted else {
        throw TrainingError(
          .mismatch, context: plan.parameter.name, expected: "a name of its own", found: "two weights")
      }
      rules.append(try settings.rule(for: plan.parameter))
    }
    self.settings = settings
    self.plans = plans
    self.rules = rules
    slots = zip(rules, plans).map { $0.slots(of: $1.parameter) }
    states = slots.map { $0.map { $0.makeTensor() } }
    steps = plans.map { _ in 0 }
  }

  /// The bytes that an optimizer of these weights holds, without making it.
  package static func stateByteCount(
    _ settings: OptimizerSettings, of parameters: [Parameter]
  ) throws(TrainingError) -> Int {
    var total = 0
    for parameter in parameters {
      let rule = try settings.rule(for: parameter)
      for slot in rule.slots(of: parameter) { total += slot.byteCount }
    }
    return total
  }

  /// One step with gradients that are clipped by their own norm.
  ///
  /// - Parameters:
  ///   - gradients: one for each plan; nil leaves the weight and its state as they are.
  ///   - learningRate: what the plans' factors multiply.
  /// - Returns: the norm of all gradients before clipping.
  /// - Throws: `divergence` when the norm is not finite, `mismatch` for gradients of other shapes; nothing is changed then.
  package func step(
    gradients: [Tensor?], learningRate: Double, clipping: GradientClipping, on cpu: CPU
  ) throws(TrainingError) -> Double {
    try check(gradients, learningRate: learningRate)
    let norm = cpu.squaredNorm(gradients.compactMap(\.self)).squareRoot()
    guard norm.isFinite else {
      throw TrainingError(.divergence, context: "gradients", expected: "finite numbers", found: "a norm of \(norm)")
    }
    try step(gradients: gradients, learningRate: learningRate, scale: clipping.scale(norm: norm), on: cpu)
    return norm
  }

  /// One step with gradients that are scaled as they are read, where their norm is known already.
  package func step(
    gradients: [Tensor?], learningRate: Double, scale: GradientScale, on cpu: CPU
  ) throws(TrainingError) {
    try check(gradients, learningRate: learningRate)
    var together: [(rule: any UpdateRule, indices: [Int])] = []
    // Weights of one rule are changed together.
    for (index, gradient) in gradients.enumerated() where gradient != nil {
      let kind = ObjectIdentifier(type(of: rules[index]))
      if let place = together.firstIndex(where: { ObjectIdentifier(type(of: $0.rule)) == kind }) {
        together[place].indices.append(index)
      } else {
        together.append((rules[index], [index]))
      }
    }
    for (rule, indices) in together {
      var parts: [UpdatePart] = []
      for index in indices {
        guard let gradient = gradients[index] else { continue }
        steps[index] += 1
        let plan = plans[index]
        func part(_ value: Tensor, _ state: [Tensor]) -> UpdatePart {
          UpdatePart(
            value: value, gradient: gradient, state: state, step: steps[index],
            learningRate: learningRate * plan.rateFactor, weightDecay: plan.weightDecay)
        }
        let value = plan.parameter.value
        guard value.dtype == .bf16, let remainder = states[index].last else {
          parts.append(part(value, states[index]))
          continue
        }
        // One after the other, so that one of them at a time is there in f32.
        let numbers = cpu.joined(value, remainder)
        try update([part(numbers, Array(states[index].dropLast()))], by: rule, scale, on: cpu)
        cpu.split(numbers, into: value, remainder)
      }
      try update(parts, by: rule, scale, on: cpu)
    }
  }

  private func update(
    _ parts: [UpdatePart], by rule: any UpdateRule, _ scale: GradientScale, on cpu: CPU
  ) throws(TrainingError) {
    do { try cpu.update(parts, by: rule, scale: scale) } catch {
      throw TrainingError(.mismatch, context: error.context, expected: error.expected, found: error.found)
    }
  }

  private func check(_ gradients: [Tensor?], learningRate: Double) throws(TrainingError) {
    guard learningRate >= 0, learningRate.isFinite else {
      throw TrainingError(
        .invalidValue, context: "learning rate", expected: "a number from 0 on", found: "\(learningRate)")
    }
    guard gradients.count == plans.count else {
      throw TrainingError(
        .mismatch, context: "gradients", expected: "one for each of \(plans.count) weights", found: "\(gradients.count)"
      )
    }
    for (plan, gradient) in zip(plans, gradients) {
      guard let gradient else { continue }
      let value = plan.parameter.value
      guard gradient.shape == value.shape, gradient.dtype == .f32 else {
        throw TrainingError(
          .mismatch, context: "gradient of \(plan.parameter.name)", expected: "F32 \(value.shape)",
          found: "\(gradient.dtype.rawValue) \(gradient.shape)")
      }
    }
  }
}

extension UpdateRule {
  /// What is remembered of a weight: of one in bf16 last the bits that it lacks.
  fileprivate func slots(of parameter: Parameter) -> [StateSlot] {
    let shape = parameter.value.shape
    return slots(for: shape) + (parameter.value.dtype == .bf16 ? [CPU.remainderSlot(for: shape)] : [])
  }
}

@available(*, unavailable)
extension Optimizer: Sendable {}
