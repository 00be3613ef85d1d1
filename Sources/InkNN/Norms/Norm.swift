package import InkTensor

/// A normalization with its weights.
package enum Norm: Sendable {
  /// Divides by the root of the mean square (Zhang and Sennrich, 2019).
  case rms(weight: Tensor, epsilon: Float)
  /// As `rms`, with a number added to the weight first: what is trained and stored is the weight without it (Gemma).
  case shiftedRMS(weight: Tensor, offset: Float, epsilon: Float)
  /// Subtracts the mean and divides by the standard deviation (Ba, Kiros and Hinton, 2016). Adapters may put others in the
  /// place of the bias.
  case layer(weight: Tensor, bias: Tensor?, epsilon: Float, others: [AttachedBias] = [])

  /// Normalizes the last axis of `x`, with what is attached.
  package func callAsFunction(_ x: Tensor, on cpu: CPU) -> Tensor {
    self(x, in: LinearContext(cpu: cpu, adapters: .all))
  }

  /// Normalizes the last axis of `x`, each row with the bias of its adapter.
  package func callAsFunction(_ x: Tensor, in context: LinearContext) -> Tensor {
    let cpu = context.cpu
    switch self {
    case .rms(let weight, let epsilon): return cpu.rmsNorm(x, weight: weight, epsilon: epsilon)
    case .shiftedRMS(let weight, let offset, let epsilon):
      return cpu.rmsNorm(x, weight: cpu.shift(weight, by: offset), epsilon: epsilon)
    case .layer(let weight, let bias, let epsilon, let others):
      let norm = LayerNorm(weight: weight, epsilon: epsilon)
      guard !others.isEmpty else { return norm(x, bias: bias, on: cpu) }
      switch context.adapters {
      case .all: return norm(x, bias: others.last?.bias, on: cpu)
      case .chosen(let runs): return norm(x, bias: bias, others, runs, on: cpu)
      }
    }
  }

  /// The bias that adapters may put another in the place of; nil for norms without.
  package var bias: Tensor? {
    switch self {
    case .rms, .shiftedRMS: nil
    case .layer(_, let bias, _, _): bias
    }
  }

  /// The same norm with more biases of adapters; its memory is shared. For norms without a bias a programmer's error.
  package func adding(_ more: [AttachedBias]) -> Norm {
    guard !more.isEmpty else { return self }
    switch self {
    case .layer(let weight, let bias?, let epsilon, let others):
      return .layer(weight: weight, bias: bias, epsilon: epsilon, others: others + more)
    case .rms, .shiftedRMS, .layer: trap("Norm", "another bias for a norm without")
    }
  }
}

/// The bias of a norm that an adapter has.
package struct AttachedBias: Sendable {
  package let adapter: AdapterName
  package let bias: Tensor

  package init(adapter: AdapterName, bias: Tensor) {
    self.adapter = adapter
    self.bias = bias
  }
}

private struct LayerNorm {
  let weight: Tensor
  let epsilon: Float

  func callAsFunction(_ x: Tensor, bias: Tensor?, on cpu: CPU) -> Tensor {
    cpu.layerNorm(x, weight: weight, bias: bias, epsilon: epsilon)
  }

  /// Rows of no adapter have the base's bias, and no row depends on what the others have.
  func callAsFunction(
    _ x: Tensor, bias: Tensor?, _ others: [AttachedBias], _ runs: [AdapterRows.Run], on cpu: CPU
  ) -> Tensor {
    var parts: [(start: Int, rows: Tensor)] = []
    for run in runs {
      guard let own = others.last(where: { $0.adapter == run.adapter }) else { continue }
      guard run.rows.upperBound <= x.shape[0] else { trap("Norm", "adapter rows \(run.rows) of \(x.shape)") }
      parts.append((run.rows.lowerBound, self(cpu.rows(run.rows, of: x), bias: own.bias, on: cpu)))
    }
    if let part = parts.first, part.rows.shape[0] == x.shape[0] { return part.rows }
    let base = self(x, bias: bias, on: cpu)
    return parts.isEmpty ? base : cpu.replacingRows(of: base, by: parts)
  }
}
