import CInkKernels

/// Adafactor: squares of gradients are remembered by row and by column of a matrix (Shazeer and Stern, 2018). A tensor
/// of more axes is a list of matrices, one of fewer is remembered whole.
package struct AdafactorRule: UpdateRule, Hashable {
  package let rate: AdafactorRate
  package let size: AdafactorSize
  /// The share of old squares at step t is 1 - t ^ decayExponent.
  package let decayExponent: Double
  /// Added to squares.
  package let epsilon: Double
  /// The largest root mean square of an update before the rate.
  package let threshold: Double
  /// Of the first moment; nil for none.
  package let beta1: Double?

  package init(
    rate: AdafactorRate, size: AdafactorSize, decayExponent: Double, epsilon: Double, threshold: Double, beta1: Double?
  ) {
    self.rate = rate
    self.size = size
    self.decayExponent = decayExponent
    self.epsilon = epsilon
    self.threshold = threshold
    self.beta1 = beta1
  }

  package func slots(for shape: Shape) -> [StateSlot] {
    let squares: [StateSlot]
    if shape.rank >= 2 {
      let axes = shape.array
      squares = [
        StateSlot("row_squares", Shape(axes.dropLast())),
        StateSlot("column_squares", Shape(axes.dropLast(2) + [axes[axes.count - 1]])),
      ]
    } else {
      squares = [StateSlot("squares", shape)]
    }
    return squares + (beta1 == nil ? [] : [StateSlot("first_moment", shape)])
  }

  package func apply(_ parts: [UpdatePart], scale: GradientScale, on cpu: CPU) {
    for part in parts where part.count > 0 {
      let pass = AdafactorPass(rule: self, part: part, scale: scale, cpu: cpu)
      pass.run()
    }
  }

  /// The rate of a weight's update.
  func rate(of part: UpdatePart, on cpu: CPU) -> Double {
    let own =
      switch rate {
      case .scheduled: 1.0
      case .inverseRoot: min(0.01, 1 / Double(part.step).squareRoot())
      case .inverseRootWithWarmUp: min(1e-6 * Double(part.step), 1 / Double(part.step).squareRoot())
      }
    switch size {
    case .absolute: return own * part.learningRate
    case .relativeToWeights(let least):
      let mean = cpu.squaredNorm([part.value]) / Double(part.count)
      return own * part.learningRate * max(least, mean.squareRoot())
    }
  }
}
