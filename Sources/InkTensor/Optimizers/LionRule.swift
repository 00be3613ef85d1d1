import CInkKernels

/// Lion: the sign of a mean of gradient and moment (Chen et al., "Symbolic Discovery of Optimization Algorithms",
/// 2023).
package struct LionRule: UpdateRule, Hashable {
  package let beta1: Double
  package let beta2: Double

  package init(beta1: Double, beta2: Double) {
    self.beta1 = beta1
    self.beta2 = beta2
  }

  package func slots(for shape: Shape) -> [StateSlot] { [StateSlot("moment", shape)] }

  package func apply(_ parts: [UpdatePart], scale: GradientScale, on cpu: CPU) {
    let kernels = cpu.updates
    cpu.forEachPart(parts.map(\.count), cost: 1) { index, range in
      let part = parts[index]
      var step = ink_lion_step(
        gradient: scale.kernel, beta1: Float(beta1), weight1: Float(1 - beta1), beta2: Float(beta2),
        weight2: Float(1 - beta2), keep: Float(1 - part.learningRate * part.weightDecay),
        rate: Float(part.learningRate))
      let start = range.lowerBound
      kernels.call.lion(
        &step, part.value.floats + start, part.gradient.floats + start, part.state[0].floats + start, range.count)
    }
  }
}
