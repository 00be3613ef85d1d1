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
  /// The weights that may be trained, when the head was loaded for that: `sentence.N.weight` and `sentence.N.bias` for
  /// step N.
  package let parameters: [Parameter]

  /// Reads the weights that the spec names.
  ///
  /// - Parameters:
  ///   - width: elements of the encoder's states.
  ///   - use: whether they will be trained.
  package init(
    _ spec: SentenceSpec, width: Int, use: WeightUse = .inference, cpu: CPU
  ) throws(ModelLoadError) {
    var dimension = width * spec.poolings.count
    var steps: [Step] = []
    var parameters: [Parameter] = []
    for (index, step) in spec.steps.enumerated() {
      switch step {
      case .normalize: steps.append(.normalize)
      case .dense(let dense):
        guard dense.inputs == dimension else {
          throw ModelLoadError(
            .shapeMismatch, context: "\(dense.folder): in_features", expected: "\(dimension)", found: "\(dense.inputs)")
        }
        var reader = try SentenceHead.reader(dense, name: "sentence.\(index)", use: use, cpu: cpu)
        let map = try reader.linear(
          "sentence.\(index)", outputs: dense.outputs, inputs: dense.inputs, bias: dense.bias)
        try reader.requireAllTaken()
        steps.append(.dense(map, dense.activation))
        parameters += reader.parameters
        dimension = dense.outputs
      }
    }
    self.dimension = dimension
    self.poolings = spec.poolings
    self.steps = steps
    self.parameters = parameters
  }

  private static func reader(
    _ spec: DenseSpec, name: String, use: WeightUse, cpu: CPU
  ) throws(ModelLoadError) -> WeightReader {
    let names: WeightMap = [.rename("linear.weight", to: "\(name).weight"), .rename("linear.bias", to: "\(name).bias")]
    let weights: MappedWeights
    do {
      weights = try names.load(SafetensorsModel.open("\(spec.folder)/model.safetensors"))
      try weights.requireComplete()
    } catch { throw ModelLoadError(error) }
    return WeightReader(source: weights, use: use, cpu: cpu)
  }

  /// One vector for each sequence, [sequences, dimension].
  package func vectors(of states: EncoderStates, on cpu: CPU) -> Tensor {
    let pooled = poolings.map { SentenceHead.pool(states, $0, on: cpu) }
    guard let first = pooled.first else { return cpu.zeros([states.ranges.count, 0]) }
    var x = pooled.dropFirst().reduce(first) { cpu.joinColumns($0, $1) }
    for step in steps {
      switch step {
      case .dense(let map, .none): x = map(x, on: cpu)
      // A soft cap of one is the hyperbolic tangent.
      case .dense(let map, .hyperbolicTangent): x = cpu.softCap(map(x, on: cpu), cap: 1)
      case .normalize: x = cpu.normalizeRows(x)
      }
    }
    return x
  }

  /// One vector for the states of each text, [texts, width].
  private static func pool(_ states: EncoderStates, _ pooling: SentenceSpec.Pooling, on cpu: CPU) -> Tensor {
    switch pooling {
    case .first: states.firstTokens(on: cpu)
    case .last: states.lastTokens(on: cpu)
    case .largest: cpu.poolRows(states.ranges, of: states.rows, .largest)
    case .mean: cpu.poolRows(states.ranges, of: states.rows, .mean)
    case .meanOverRoot: cpu.poolRows(states.ranges, of: states.rows, .meanOverRoot)
    case .weightedMean: cpu.poolRows(states.ranges, of: states.rows, .weightedMean)
    }
  }
}
