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
  /// - Parameters:
  ///   - plans: the weights, of ``ParameterGrouping/plans(for:)``; names are unique.
  ///   - memory: what the state holds at first.
  package init(
    _ settings: OptimizerSettings, plans: [ParameterPlan], memory: StateMemory = .new
  ) throws(TrainingError) {
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
    states = slots.map { $0.map { $0.makeTensor(memory) } }
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
    try check(try given(gradients), learningRate: learningRate)
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
    try step(try given(gradients), learningRate: learningRate, scale: scale, on: cpu)
  }

  /// One step of some weights.
  ///
  /// - Parameter given: positions of plans with their gradients, each at most once.
  package func step(
    _ given: [(index: Int, gradient: Tensor)], learningRate: Double, scale: GradientScale, on cpu: CPU
  ) throws(TrainingError) {
    try check(given, learningRate: learningRate)
    var together: [(rule: any UpdateRule, given: [(index: Int, gradient: Tensor)])] = []
    // Weights of one rule are changed together.
    for one in given {
      let kind = ObjectIdentifier(type(of: rules[one.index]))
      if let place = together.firstIndex(where: { ObjectIdentifier(type(of: $0.rule)) == kind }) {
        together[place].given.append(one)
      } else {
        together.append((rules[one.index], [one]))
      }
    }
    for (rule, given) in together {
      var parts: [UpdatePart] = []
      for (index, gradient) in given {
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

  /// The gradients that there are.
  private func given(_ gradients: [Tensor?]) throws(TrainingError) -> [(index: Int, gradient: Tensor)] {
    guard gradients.count == plans.count else {
      throw TrainingError(
        .mismatch, context: "gradients", expected: "one for each of \(plans.count) weights", found: "\(gradients.count)"
      )
    }
    return zip(gradients.indices, gradients).compactMap { index, gradient in gradient.map { (index, $0) } }
  }

  private func check(
    _ given: [(index: Int, gradient: Tensor)], learningRate: Double
  ) throws(TrainingError) {
    guard learningRate >= 0, learningRate.isFinite else {
      throw TrainingError(
        .invalidValue, context: "learning rate", expected: "a number from 0 on", found: "\(learningRate)")
    }
    for (index, gradient) in given {
      let value = plans[index].parameter.value
      guard gradient.shape == value.shape, gradient.dtype == .f32 else {
        throw TrainingError(
          .mismatch, context: "gradient of \(plans[index].parameter.name)", expected: "F32 \(value.shape)",
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
