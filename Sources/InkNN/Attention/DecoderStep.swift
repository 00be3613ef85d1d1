package import InkTensor

/// What all layers of one forward pass share: the backend, the sequences with their caches, the rotations, whose the rows
/// are.
package struct DecoderStep: Sendable {
  package let cpu: CPU
  package let segments: [AttentionSegment]
  /// Which rows are computed with which adapter.
  package let adapters: AdapterRows
  /// What drops parts of inputs, while something is trained.
  package let noise: DropoutNoise?
  /// Whether whole sequences are computed and nothing keeps their keys and values: training.
  let isWithoutCache: Bool
  /// Gets the choices of the layer's router, if anyone wants to know.
  package var expertObserver: (@Sendable (ExpertChoice) -> Void)?
  /// What is added to scores for the distance of two tokens, if anything.
  package let distances: DistanceNumbers?
  /// What falls of what the layers add to the residual stream, if anything does.
  package var dropout: ResidualDropout?
  /// Rows whose keys and values in the layer that is computed are given.
  package var prefixes: [PrefixRows] = []
  private let tables: [(embedding: RotaryEmbedding, table: RotaryTable)]

  /// A step over the given sequences; the angles of every rotation are computed here, once.
  package init(
    segments: [AttentionSegment], rotaries: [RotaryEmbedding], distances: DistanceNumbers? = nil,
    adapters: AdapterRows = .all, noise: DropoutNoise? = nil, cpu: CPU
  ) {
    self.noise = noise
    self.cpu = cpu
    self.distances = distances
    self.adapters = adapters
    self.segments = segments
    self.isWithoutCache = segments.allSatisfy(\.pages.isEmpty)
    self.tables = rotaries.map { ($0, $0.table(segments: segments, on: cpu)) }
  }

  /// What linear maps compute with.
  package var linears: LinearContext { LinearContext(cpu: cpu, adapters: adapters, noise: noise) }

  /// The same step on another backend.
  package func on(_ cpu: CPU) -> DecoderStep { DecoderStep(self, distances: distances, cpu: cpu) }

  /// The same step on another backend with the numbers of distances as that one knows them.
  package func on(_ cpu: CPU, distances: DistanceNumbers?) -> DecoderStep {
    DecoderStep(self, distances: distances, cpu: cpu)
  }

  /// The same step on another backend, with the tensors of its prefixes as that knows them.
  package func on(_ cpu: CPU, prefixes tensors: [Tensor]) -> DecoderStep {
    var step = on(cpu)
    step.prefixes = prefixes.indices.map { prefixes[$0].with(keys: tensors[2 * $0], values: tensors[2 * $0 + 1]) }
    return step
  }

  private init(_ other: DecoderStep, distances: DistanceNumbers?, cpu: CPU) {
    self.cpu = cpu
    self.distances = distances
    dropout = other.dropout
    segments = other.segments
    adapters = other.adapters
    noise = other.noise
    isWithoutCache = other.isWithoutCache
    expertObserver = other.expertObserver
    prefixes = other.prefixes
    tables = other.tables
  }

  /// The residual stream with what a branch adds to it.
  ///
  /// - Parameters:
  ///   - place: names the branch in its layer.
  ///   - branch: gives its result, or the sum of that and what it is handed.
  package func adding(to residual: Tensor, _ place: String, _ branch: (Tensor?) -> Tensor) -> Tensor {
    guard let dropout else { return branch(residual) }
    return cpu.add(residual, dropout.at(place)(branch(nil), on: cpu))
  }

  /// The result of a branch that is not added yet.
  package func dropping(_ place: String, _ result: Tensor) -> Tensor {
    dropout.map { $0.at(place)(result, on: cpu) } ?? result
  }

  /// The angles of a rotation that was named when the step was made.
  func rotaryTable(of embedding: RotaryEmbedding) -> RotaryTable {
    // At most two or three different ones, so a search is quicker than a hash.
    guard let found = tables.first(where: { $0.embedding == embedding }) else {
      trap("rotaryTable", "\(embedding) is not part of the step")
    }
    return found.table
  }
}
