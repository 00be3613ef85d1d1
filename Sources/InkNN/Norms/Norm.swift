package import InkTensor

/// A normalization with its weights.
package enum Norm: Sendable {
  /// Divides by the root of the mean square (Zhang and Sennrich, 2019).
  case rms(weight: Tensor, epsilon: Float)
  /// As `rms`, with a number added to the weight first: what is trained and stored is the weight without it (Gemma).
  case shiftedRMS(weight: Tensor, offset: Float, epsilon: Float)
  /// Subtracts the mean and divides by the standard deviation (Ba, Kiros and Hinton, 2016).
  case layer(weight: Tensor, bias: Tensor?, epsilon: Float)

  /// Normalizes the last axis of `x`.
  package func callAsFunction(_ x: Tensor, on cpu: CPU) -> Tensor {
    switch self {
    case .rms(let weight, let epsilon): cpu.rmsNorm(x, weight: weight, epsilon: epsilon)
    case .shiftedRMS(let weight, let offset, let epsilon):
      cpu.rmsNorm(x, weight: cpu.shift(weight, by: offset), epsilon: epsilon)
    case .layer(let weight, let bias, let epsilon): cpu.layerNorm(x, weight: weight, bias: bias, epsilon: epsilon)
    }
  }
}
