import CInkKernels

/// Gradients over the root of what was remembered of their squares: Adagrad and RMSprop. Weight decay is an L2 penalty.
package struct RootRule: UpdateRule, Hashable {
  /// How squares are remembered.
  package enum Form: Sendable, Hashable {
    /// All of them are added (Duchi et al., 2011).
    ///
    /// - `start`: what the sums begin with.
    /// - `rateDecay`: update number t has the rate over 1 + (t - 1) * rateDecay.
    case adagrad(start: Float, rateDecay: Double)
    /// Their moving average (Hinton, 2012).
    ///
    /// - `momentum`: of the direction; no buffer for 0.
    case rmsprop(smoothing: Double, momentum: Double)
  }

  package let form: Form
  package let epsilon: Double

  package init(_ form: Form, epsilon: Double) {
    self.form = form
    self.epsilon = epsilon
  }

  package func slots(for shape: Shape) -> [StateSlot] {
    switch form {
    case .adagrad(let start, _): [StateSlot("squares", shape, start: .number(start))]
    case .rmsprop(_, let momentum):
      [StateSlot("squares", shape)] + (momentum > 0 ? [StateSlot("momentum", shape)] : [])
    }
  }

  package func apply(_ parts: [UpdatePart], scale: GradientScale, on cpu: CPU) {
    let kernels = cpu.updates
    cpu.forEachPart(parts.map(\.count), cost: 2) { index, range in
      let part = parts[index]
      var step = step(of: part, scale: scale)
      let start = range.lowerBound
      kernels.call.root(
        &step, part.value.floats + start, part.gradient.floats + start, part.state[0].floats + start,
        part.state.count > 1 ? part.state[1].floats + start : nil, range.count)
    }
  }

  private func step(of part: UpdatePart, scale: GradientScale) -> ink_root_step {
    let (beta, weight, momentum, rate): (Double, Double, Double, Double) =
      switch form {
      case .adagrad(_, let decay): (1, 1, 0, part.learningRate / (1 + Double(part.step - 1) * decay))
      case .rmsprop(let smoothing, let momentum): (smoothing, 1 - smoothing, momentum, part.learningRate)
      }
    return ink_root_step(
      gradient: scale.kernel, l2: Float(part.weightDecay), beta: Float(beta), weight: Float(weight),
      epsilon: Float(epsilon), momentum: Float(momentum), rate: Float(rate))
  }
}
