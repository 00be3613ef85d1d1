import CInkKernels

/// What weight decay is taken from.
package enum WeightDecayForm: Sendable, Hashable {
  /// The weight shrinks by itself, whatever the gradient (Loshchilov and Hutter, 2019).
  case decoupled
  /// It is a part of the gradient, as an L2 penalty of the loss is.
  case l2
}

/// Adam (Kingma and Ba, 2015) and, with decoupled decay, AdamW.
package struct AdamRule: UpdateRule, Hashable {
  package let beta1: Double
  package let beta2: Double
  package let epsilon: Double
  package let decay: WeightDecayForm

  package init(beta1: Double, beta2: Double, epsilon: Double, decay: WeightDecayForm) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.decay = decay
  }

  package func slots(for shape: Shape) -> [StateSlot] {
    [StateSlot("first_moment", shape), StateSlot("second_moment", shape)]
  }

  package func apply(_ parts: [UpdatePart], scale: GradientScale, on cpu: CPU) {
    let kernels = cpu.updates
    let steps = parts.map { step(of: $0, scale: scale) }
    cpu.forEachPart(parts.map(\.count), cost: 2) { index, range in
      let part = parts[index]
      let start = range.lowerBound
      withUnsafePointer(to: steps[index]) { step in
        kernels.call.adam(
          step, part.value.floats + start, part.gradient.floats + start, part.state[0].floats + start,
          part.state[1].floats + start, range.count)
      }
    }
  }

  /// The numbers of one weight's update.
  func step(of part: UpdatePart, scale: GradientScale) -> ink_adam_step {
    let (first, second) = (1 - beta1.power(part.step), 1 - beta2.power(part.step))
    let (keep, l2) =
      switch decay {
      case .decoupled: (1 - part.learningRate * part.weightDecay, 0.0)
      case .l2: (1.0, part.weightDecay)
      }
    return ink_adam_step(
      gradient: scale.kernel, beta1: Float(beta1), weight1: Float(1 - beta1), beta2: Float(beta2),
      weight2: Float(1 - beta2), keep: Float(keep), l2: Float(l2), rate: Float(part.learningRate / first),
      root_scale: Float(1 / second.squareRoot()), epsilon: Float(epsilon))
  }
}

extension Double {
  /// The number to a whole power from 0 on, by repeated squaring: the same bits with every C library.
  func power(_ exponent: Int) -> Double {
    var (result, base, left) = (1.0, self, exponent)
    while left > 0 {
      if left & 1 == 1 { result *= base }
      base *= base
      left >>= 1
    }
    return result
  }
}
