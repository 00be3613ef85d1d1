import InkFormats
import InkNN
package import InkTensor

/// What makes one vector of a text's states, with its weights.
package struct SentenceHead: Sendable {
  private enum Step: Sendable {
    case dense(Linear, DenseSpec.Activation)
    case normalize
  }

  /// Elements of the vectors.
  package let dimension: Int
  private let poolings: [SentenceSpec.Pooling]
  private let steps: [Step]

  /// Reads the weights that the spec names.
  ///
  /// - Parameter width: elements of the encoder's states.
  package init(_ spec: SentenceSpec, width: Int, cpu: CPU) throws(ModelLoadError) {
    var dimension = width * spec.poolings.count
    var steps: [Step] = []
    for step in spec.steps {
      switch step {
      case .normalize: steps.append(.normalize)
      case .dense(let dense):
        guard dense.inputs == dimension else {
          throw ModelLoadError(
            .shapeMismatch, context: "\(dense.folder): in_features", expected: "\(dimension)", found: "\(dense.inputs)")
        }
        steps.append(.dense(try SentenceHead.map(dense, cpu: cpu), dense.activation))
        dimension = dense.outputs
      }
    }
    self.dimension = dimension
    self.poolings = spec.poolings
    self.steps = steps
  }

  private static func map(_ spec: DenseSpec, cpu: CPU) throws(ModelLoadError) -> Linear {
    let names: WeightMap = [.rename("linear.weight", to: "dense.weight"), .rename("linear.bias", to: "dense.bias")]
    let weights: MappedWeights
    do {
      weights = try names.load(SafetensorsModel.open("\(spec.folder)/model.safetensors"))
      try weights.requireComplete()
    } catch { throw ModelLoadError(error) }
    var reader = WeightReader(source: weights, cpu: cpu)
    let map = try reader.linear("dense", outputs: spec.outputs, inputs: spec.inputs, bias: spec.bias)
    try reader.requireAllTaken()
    return map
  }

  /// One vector for each sequence, [sequences, dimension].
  package func vectors(of states: EncoderStates, on cpu: CPU) -> Tensor {
    let pooled = states.ranges.indices.flatMap { sequence in
      poolings.flatMap { SentenceHead.pool(states[sequence], $0) }
    }
    var x = Tensor(pooled, shape: [states.ranges.count, states.rows.shape[1] * poolings.count])
    for step in steps {
      switch step {
      case .dense(let map, .none): x = map(x, on: cpu)
      // A soft cap of one is the hyperbolic tangent.
      case .dense(let map, .hyperbolicTangent): x = cpu.softCap(map(x, on: cpu), cap: 1)
      case .normalize: x = SentenceHead.normalized(x)
      }
    }
    return x
  }

  /// One vector of a text's states [tokens, width]. Sums run over the tokens in order, in double precision.
  private static func pool(_ states: Tensor, _ pooling: SentenceSpec.Pooling) -> [Float] {
    let (tokens, width) = (states.shape[0], states.shape[1])
    switch pooling {
    case .first: return states[0].toArray()
    case .last: return states[tokens - 1].toArray()
    case .largest:
      var largest = [Float](repeating: -.infinity, count: width)
      for token in 0..<tokens {
        for (element, value) in states[token].toArray().enumerated() { largest[element] = max(largest[element], value) }
      }
      return largest
    case .mean: return sum(states) { _ in 1 }.map { Float($0 / Double(tokens)) }
    case .meanOverRoot: return sum(states) { _ in 1 }.map { Float($0 / Double(tokens).squareRoot()) }
    case .weightedMean:
      let total = Double(tokens) * Double(tokens + 1) / 2
      return sum(states) { Double($0 + 1) }.map { Float($0 / total) }
    }
  }

  private static func sum(_ states: Tensor, _ weight: (_ token: Int) -> Double) -> [Double] {
    var sums = [Double](repeating: 0, count: states.shape[1])
    for token in 0..<states.shape[0] {
      let weight = weight(token)
      for (element, value) in states[token].toArray().enumerated() { sums[element] += weight * Double(value) }
    }
    return sums
  }

  /// Each row over its length, or over a trillionth where it has none.
  private static func normalized(_ x: Tensor) -> Tensor {
    let rows = (0..<x.shape[0]).flatMap { row in
      let values = x[row].toArray()
      let length = values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      return values.map { Float(Double($0) / max(length, 1e-12)) }
    }
    return Tensor(rows, shape: x.shape)
  }
}
