/// Measures the products of a linear layer, or a plain one, in f32.
package struct ProductBenchmark: Sendable {
  /// Which product. A layer has inputs [tokens, inputs] and weights [outputs, inputs].
  package enum Kind: String, Sendable, CaseIterable {
    /// a · b, both as stored.
    case plain
    /// x · Wᵀ.
    case forward
    /// dy · W.
    case inputGradient = "input-gradient"
    /// dW += dyᵀ · x.
    case weightGradient = "weight-gradient"
  }

  /// Which product.
  package let kind: Kind
  /// Rows of the layer's input and output.
  package let tokens: Int
  /// The layer's inputs.
  package let inputs: Int
  /// The layer's outputs.
  package let outputs: Int

  /// Extents up to this are measured.
  private static let largestExtent = 1 << 20
  /// Elements of a matrix at most: a gigabyte.
  private static let largestMatrix = 1 << 28

  /// A product written as `forward:4096x384x1536`: the kind, then tokens, inputs and outputs.
  ///
  /// - Throws: `unsupported` for another form, a kind that is not known, and matrices beyond a gigabyte.
  package init(_ text: String) throws(TensorError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let extents = parts.last?.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 } ?? []
    guard parts.count == 2, let kind = Kind(rawValue: String(parts[0])), extents.count == 3,
      extents.allSatisfy({ (1...ProductBenchmark.largestExtent).contains($0) }),
      max(extents[0] * extents[1], extents[1] * extents[2], extents[0] * extents[2]) <= ProductBenchmark.largestMatrix
    else {
      let kinds = Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw TensorError(
        .unsupported, context: "product to measure", expected: "KIND:TOKENSxINPUTSxOUTPUTS", found: text,
        hint: "Kinds: \(kinds). A matrix has at most \(ProductBenchmark.largestMatrix) elements.")
    }
    self.kind = kind
    (tokens, inputs, outputs) = (extents[0], extents[1], extents[2])
  }

  /// Floating point operations of one product.
  package var operations: Double { 2 * Double(tokens) * Double(inputs) * Double(outputs) }

  /// The seconds of each of some runs, after one that does not count.
  package func run(on cpu: CPU, repeat count: Int, now: () -> Double) -> [Double] {
    let x = numbers([tokens, inputs])
    let weights = numbers(kind == .plain ? [inputs, outputs] : [outputs, inputs])
    let dy = numbers([tokens, outputs])
    let (y, dx, gradient) = (cpu.zeros(dy.shape), cpu.zeros(x.shape), cpu.zeros(weights.shape))
    func once() {
      switch kind {
      case .plain: cpu.product(.init(x), .init(weights), into: y)
      case .forward: cpu.product(.init(x), .init(weights, .transposed), into: y)
      case .inputGradient: cpu.product(.init(dy), .init(weights), into: dx)
      case .weightGradient: cpu.product(.init(dy, .transposed), .init(x), into: gradient, start: .fromOutput)
      }
    }
    once()
    return (0..<count).map { _ in
      let start = now()
      once()
      return now() - start
    }
  }

  /// Moderate numbers, the same in each run.
  private func numbers(_ shape: Shape) -> Tensor {
    var stream = RandomStream(seed: 1, name: "product benchmark")
    return Tensor((0..<shape.elementCount).map { _ in Float(stream.next() >> 40) / Float(1 << 24) - 0.5 }, shape: shape)
  }
}
