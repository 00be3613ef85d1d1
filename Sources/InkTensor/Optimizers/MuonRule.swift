import CInkKernels

/// Muon: the momentum of a matrix, made nearly orthogonal by Newton-Schulz iterations (Jordan et al., "Muon: An
/// optimizer for hidden layers in neural networks", 2024). A tensor of more than two axes is a list of matrices; a
/// vector is a matrix of one row. Embeddings and heads are better left to Adam.
package struct MuonRule: UpdateRule, Hashable {
  package let momentum: Double
  package let iterations: Int
  package let rateScale: MuonRateScale

  package init(momentum: Double, iterations: Int, rateScale: MuonRateScale) {
    self.momentum = momentum
    self.iterations = iterations
    self.rateScale = rateScale
  }

  /// The quintic's coefficients: slopes at zero are large and singular values end between 0.7 and 1.2.
  private static let coefficients: (linear: Float, cubic: Float, quintic: Float) = (3.4445, -4.7750, 2.0315)

  package func slots(for shape: Shape) -> [StateSlot] { [StateSlot("momentum", shape)] }

  package func apply(_ parts: [UpdatePart], scale: GradientScale, on cpu: CPU) {
    for part in parts where part.count > 0 {
      let shape = part.value.shape
      let columns = shape.rank == 0 ? 1 : shape[-1]
      let rows = shape.rank >= 2 ? shape[-2] : 1
      let direction = direction(of: part, scale: scale, on: cpu).reshaped([
        part.count / (rows * columns), rows, columns,
      ])
      for matrix in 0..<direction.shape[0] {
        let orthogonal = orthogonalized(direction[matrix], on: cpu)
        follow(orthogonal, part: part, start: matrix * rows * columns, on: cpu)
      }
    }
  }

  /// Adds the gradient to the momentum; gives Nesterov's mean of both.
  private func direction(of part: UpdatePart, scale: GradientScale, on cpu: CPU) -> Tensor {
    let result = cpu.allocate(part.value.shape)
    let kernels = cpu.updates
    let (gradient, buffer, out) = (part.gradient.floats, part.state[0].floats, result.floats)
    let step = ink_lead_step(gradient: scale.kernel, weight: Float(1 - momentum), lead: Float(momentum))
    cpu.forEachPart([part.count], cost: 1) { _, range in
      let start = range.lowerBound
      withUnsafePointer(to: step) { step in
        kernels.call.lead(step, gradient + start, buffer + start, out + start, range.count)
      }
    }
    return result
  }

  /// A matrix of about the same singular vectors whose singular values are near one.
  ///
  /// - Parameter matrix: [rows, columns], not changed.
  package func orthogonalized(_ matrix: Tensor, on cpu: CPU) -> Tensor {
    let (linear, cubic, quintic) = Self.coefficients
    let norm = max(cpu.squaredNorm([matrix]).squareRoot(), 1e-7)
    var x = cpu.scale(matrix, by: Float(1 / norm))
    let isWide = matrix.shape[0] <= matrix.shape[1]
    for _ in 0..<iterations {
      // The smaller of the two Gram matrices.
      let gram =
        isWide
        ? cpu.product(MatrixOperand(x), MatrixOperand(x, .transposed))
        : cpu.product(MatrixOperand(x, .transposed), MatrixOperand(x))
      let polynomial = cpu.product(MatrixOperand(gram), MatrixOperand(gram))
      cpu.scaleInPlace(polynomial, by: quintic)
      cpu.addInPlace(gram, times: cubic, to: polynomial)
      let next = cpu.scale(x, by: linear)
      if isWide {
        cpu.product(MatrixOperand(polynomial), MatrixOperand(x), into: next, start: .fromOutput)
      } else {
        cpu.product(MatrixOperand(x), MatrixOperand(polynomial), into: next, start: .fromOutput)
      }
      x = next
    }
    return x
  }

  private func follow(_ direction: Tensor, part: UpdatePart, start: Int, on cpu: CPU) {
    let (rows, columns) = (Double(direction.shape[0]), Double(direction.shape[1]))
    let factor =
      switch rateScale {
      case .byShape: max(1, rows / columns).squareRoot()
      case .matchingAdam: 0.2 * max(rows, columns).squareRoot()
      }
    let kernels = cpu.updates
    let (value, change) = (part.value.floats + start, direction.floats)
    let (keep, rate) = (Float(1 - part.learningRate * part.weightDecay), Float(part.learningRate * factor))
    cpu.forEachPart([direction.elementCount], cost: 1) { _, range in
      kernels.call.follow(keep, rate, value + range.lowerBound, change + range.lowerBound, range.count)
    }
    withExtendedLifetime(direction) {}
  }
}
