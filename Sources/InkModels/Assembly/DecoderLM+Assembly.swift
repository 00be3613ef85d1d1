import InkFormats
import InkNN
package import InkTensor

extension DecoderLM {
  /// Puts a model together from its spec and weights named as the decoder names them.
  ///
  /// - Parameters:
  ///   - spec: what the model is.
  ///   - source: its weights.
  ///   - use: whether they will be trained.
  ///   - cacheFormat: how the keys and values of its sequences are kept.
  ///   - cpu: the backend.
  /// - Throws: `missingTensor`, `shapeMismatch` or `unusedTensor`, naming the tensor.
  package init(
    spec: DecoderSpec, weights source: any WeightSource, use: WeightUse = .inference,
    cacheFormat: LoadingOptions.CacheFormat = .automatic, cpu: CPU
  ) throws(ModelLoadError) {
    var reader = WeightReader(source: source, use: use, cpu: cpu)
    let layout = spec.cacheLayout(element: cacheFormat.element(hasExactWeights: DecoderLM.hasExactWeights(source)))
    self.spec = spec
    self.cacheLayout = layout
    self.embedding = try DecoderLM.embedding(spec, &reader)
    var blocks: [any DecoderBlock] = []
    var rotaries: [RotaryEmbedding] = []
    for (index, layer) in spec.layers.enumerated() {
      let name = "layers.\(index)"
      let mixer = try reader.mixer(layer.mixer, name: "\(name).mixer", width: spec.width, cache: layout.layers[index])
      if let rotary = mixer.rotary, !rotaries.contains(rotary) { rotaries.append(rotary) }
      blocks.append(
        WiredBlock(
          mixer: mixer,
          feedForward: try reader.feedForward(layer.feedForward, name: "\(name).feedForward", width: spec.width),
          join: try reader.join(layer, name: name, width: spec.width)))
    }
    self.blocks = blocks
    self.rotaries = rotaries
    self.finalNorm = if let norm = spec.finalNorm { try reader.norm("finalNorm", norm, width: spec.width) } else { nil }
    self.head = try DecoderLM.head(spec, embedding: embedding.table.weight, &reader)
    self.prediction = try reader.prediction(spec)
    try reader.requireAllTaken()
    self.parameters = reader.parameters
    self.adapters = [:]
  }

  /// Whether a matrix is stored in f32, so that the cache is to be. The routers of experts are kept in f32 whatever the
  /// others are, and predictions are no part of the decoder.
  private static func hasExactWeights(_ source: any WeightSource) -> Bool {
    source.names.contains { name in
      guard !name.hasSuffix(".router.weight"), !PredictionWeights.isNamed(name),
        let origin = source.origin(of: name), origin.shape.rank > 1
      else { return false }
      switch origin.type {
      case .dense(.f32), .dense(.f64): return true
      case .dense, .packed: return false
      }
    }
  }

  private static func embedding(_ spec: DecoderSpec, _ reader: inout WeightReader) throws(ModelLoadError) -> Embedding {
    let stored = spec.embedding.projectedFrom ?? spec.width
    let weight = try reader.matrix("embedding.weight", outputs: spec.vocabulary, inputs: stored)
    var projection: Linear?
    if spec.embedding.projectedFrom != nil {
      projection = try reader.linear("embedding.projection", outputs: spec.width, inputs: stored, bias: .none)
    }
    var positions: Embedding.Positions?
    if case .learned(let count, let offset) = spec.embedding.positions {
      let table = try reader.matrix("positions.weight", outputs: count + offset, inputs: spec.width)
      positions = Embedding.Positions(table: table, offset: offset)
    }
    let norm =
      if let norm = spec.embedding.norm { try reader.norm("embeddingNorm", norm, width: spec.width) } else {
        Norm?.none
      }
    return Embedding(
      table: EmbeddingTable(weight: weight), projection: projection, scale: spec.embedding.scale, positions: positions,
      norm: norm)
  }

  private static func head(
    _ spec: DecoderSpec, embedding: Weight, _ reader: inout WeightReader
  ) throws(ModelLoadError) -> Head {
    let projection: Linear
    let inputs = spec.embedding.projectedFrom ?? spec.width
    var rows = HeadRows.asStored
    switch spec.head.weight {
    case .tied: projection = Linear(weight: embedding, bias: nil)
    case .own(let bias): projection = try reader.linear("head", outputs: spec.vocabulary, inputs: inputs, bias: bias)
    case .normalizedRows:
      projection = try reader.linear("head", outputs: spec.vocabulary, inputs: inputs, bias: .none)
      switch projection.weight {
      case .packed(let matrix): rows = .scaled(by: DecoderLM.inverseRowLengths(.packed(matrix), cpu: reader.cpu))
      case .dense: rows = .normalized
      }
    }
    var input: Linear?
    if spec.embedding.projectedFrom != nil {
      input = try reader.linear("head.projection", outputs: inputs, inputs: spec.width, bias: .none)
    }
    return Head(
      input: input, projection: projection, rows: rows, softCap: spec.head.softCap, scale: spec.head.scale)
  }

  /// One over the length of each row, [outputs]; rows shorter than 1e-12 are divided by that, as the reference does.
  private static func inverseRowLengths(_ matrix: Weight, cpu: CPU) -> Tensor {
    var factors: [Float] = []
    factors.reserveCapacity(matrix.outputs)
    for start in stride(from: 0, to: matrix.outputs, by: 256) {
      let rows = cpu.gatherRows(Array(start..<min(start + 256, matrix.outputs)), of: matrix)  // [rows, inputs]
      rows.withElements { elements in
        for first in stride(from: 0, to: elements.count, by: matrix.inputs) {
          var sum = 0.0
          for index in first..<first + matrix.inputs { sum += Double(elements[index]) * Double(elements[index]) }
          factors.append(Float(1 / max(sum.squareRoot(), 1e-12)))
        }
      }
    }
    return Tensor(factors, shape: [matrix.outputs])
  }
}
