package import InkFormats
package import InkTensor

/// The weights that a model begins with when it is trained from nothing.
///
/// Matrices are drawn from a normal distribution of one deviation, those that write into the residual stream from one
/// that is narrower by the root of twice the number of layers (Radford et al., 2019, "GPT-2"); norms begin at one and
/// biases at zero. A tensor's numbers depend on the seed and its name alone.
package struct FreshWeights: WeightSource {
  package let path = "fresh weights"
  package let names: [String] = []
  private let seed: UInt64
  private let deviation: Float
  private let residualDeviation: Float

  /// Weights for a model of so many layers.
  ///
  /// - Parameters:
  ///   - seed: which ones of all possible weights.
  ///   - deviation: the standard deviation of matrices.
  package init(layers: Int, seed: UInt64, deviation: Float = 0.02) {
    self.seed = seed
    self.deviation = deviation
    residualDeviation = deviation / Float(2 * max(layers, 1)).squareRoot()
  }

  package func contains(_ name: String) -> Bool { false }

  package func origin(of name: String) -> TensorInfo? { nil }

  package func stored(_ name: String, shape: Shape) throws(FormatError) -> StoredTensor {
    try WeightRoom.require(shape, for: name, in: path)
    let numbers = numbers(of: name, count: shape.elementCount, rank: shape.rank)
    return StoredTensor(name: name, Tensor(numbers, shape: shape))
  }

  private func numbers(of name: String, count: Int, rank: Int) -> [Float] {
    if name.hasSuffix(".bias") || name.hasSuffix(".correction") { return [Float](repeating: 0, count: count) }
    guard rank > 1 else { return [Float](repeating: 1, count: count) }
    // Heads have outputs too, which no layer adds to anything.
    let isResidual =
      name.contains("layers.") && (name.hasSuffix(".output.weight") || name.hasSuffix(".down.weight"))
    let stream = RandomStream(seed: seed, name: name)
    let scale = Double(isResidual ? residualDeviation : deviation)
    return (0..<count).map { Float(stream.normal(at: UInt64($0)) * scale) }
  }
}
