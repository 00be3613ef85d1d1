import CInkKernels

/// Stochastic gradient descent, plain or with momentum (Polyak, 1964; Nesterov's form as in Sutskever et al., 2013).
/// Weight decay is an L2 penalty.
package struct MomentumRule: UpdateRule, Hashable {
  package let form: DescentForm

  package init(_ form: DescentForm) { self.form = form }

  package func slots(for shape: Shape) -> [StateSlot] {
    switch form {
    case .plain: []
    case .heavyBall, .nesterov: [StateSlot("momentum", shape)]
    }
  }

  package func apply(_ parts: [UpdatePart], scale: GradientScale, on cpu: CPU) {
    let kernels = cpu.updates
    let (momentum, own, kept): (Double, Double, Double) =
      switch form {
      case .plain: (0, 1, 0)
      case .heavyBall(let momentum): (momentum, 0, 1)
      case .nesterov(let momentum): (momentum, 1, momentum)
      }
    cpu.forEachPart(parts.map(\.count), cost: 1) { index, range in
      let part = parts[index]
      var step = ink_momentum_step(
        gradient: scale.kernel, l2: Float(part.weightDecay), momentum: Float(momentum), own: Float(own),
        kept: Float(kept), rate: Float(part.learningRate))
      let (value, gradient) = (part.value.floats + range.lowerBound, part.gradient.floats + range.lowerBound)
      if let buffer = part.state.first {
        kernels.call.momentum(&step, value, gradient, buffer.floats + range.lowerBound, range.count)
      } else {
        kernels.call.descend(&step, value, gradient, range.count)
      }
    }
  }
}
