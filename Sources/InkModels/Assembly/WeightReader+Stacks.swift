import InkFormats
import InkNN
import InkTensor

extension WeightReader {
  /// An embedding around a matrix of tokens that is read already.
  mutating func embedding(
    _ spec: SequenceEmbeddingSpec, prefix: String, tokens: Weight, width: Int
  ) throws(ModelLoadError) -> SequenceEmbedding {
    let positions: SequenceEmbedding.Positions
    switch spec.positions {
    case .none: positions = .none
    case .learned(let rows, let first):
      positions = .learned(try matrix("\(prefix)positions.weight", outputs: rows, inputs: width), first: first)
    case .sinusoidal: positions = .sinusoidal(SinusoidalPositions(width: width))
    }
    var types: Weight?
    if spec.tokenTypes > 0 {
      types = try matrix("\(prefix)tokenTypes.weight", outputs: spec.tokenTypes, inputs: width)
    }
    var norm: Norm?
    if let kind = spec.norm { norm = try self.norm("\(prefix)embeddingNorm", kind, width: width) }
    return SequenceEmbedding(tokens: tokens, scale: spec.scale, positions: positions, types: types, norm: norm)
  }

  /// Attention of a sequence to itself, whose keys lie in pages laid out as `cache`.
  mutating func selfAttention(
    _ spec: MultiHeadSpec, name: String, width: Int, mask: AttentionMask, relative: RelativePositions? = nil,
    cache: KeyValueLayout.Layer
  ) throws(ModelLoadError) -> GroupedAttention {
    let maps = try projections(spec, name: name, width: width)
    return GroupedAttention(
      query: maps.query, key: maps.key, value: maps.value, output: maps.output, norms: .none, heads: spec.heads,
      keyValueHeads: spec.heads, headWidth: spec.headWidth,
      settings: try settings(spec, name: name, mask: mask, relative: relative), clip: nil, rotary: nil, cache: cache)
  }

  /// Attention to another sequence, whose keys lie in pages laid out as `memory`.
  mutating func crossAttention(
    _ spec: MultiHeadSpec, name: String, width: Int, memory: KeyValueLayout.Layer
  ) throws(ModelLoadError) -> CrossAttention {
    let maps = try projections(spec, name: name, width: width)
    return CrossAttention(
      query: maps.query, key: maps.key, value: maps.value, output: maps.output, heads: spec.heads,
      headWidth: spec.headWidth, settings: try settings(spec, name: name, mask: .bidirectional, relative: nil),
      memory: memory)
  }

  /// The bias of relative positions under `name`.weight, [buckets, heads].
  mutating func relativePositions(
    _ buckets: RelativeBuckets?, name: String, heads: Int
  ) throws(ModelLoadError) -> RelativePositions? {
    guard let buckets else { return nil }
    // Each head has a number for each distance; a file could name more of both than memory holds.
    guard heads <= RelativeBuckets.numberLimit / (2 * buckets.largestDistance + 1) else {
      throw ModelLoadError(
        .unsupported, context: "\(source.path): \(name)",
        expected: "at most \(RelativeBuckets.numberLimit) numbers of heads and distances",
        found: "\(heads) heads and distances to \(buckets.largestDistance)")
    }
    let table = try matrix("\(name).weight", outputs: buckets.count, inputs: heads)
    return RelativePositions(buckets, table: table, cpu: cpu)
  }

  private typealias Projections = (query: Linear, key: Linear, value: Linear, output: Linear)

  private mutating func projections(
    _ spec: MultiHeadSpec, name: String, width: Int
  ) throws(ModelLoadError) -> Projections {
    let inner = spec.heads * spec.headWidth
    return (
      try linear("\(name).query", outputs: inner, inputs: width, bias: spec.bias),
      try linear("\(name).key", outputs: inner, inputs: width, bias: spec.bias),
      try linear("\(name).value", outputs: inner, inputs: width, bias: spec.bias),
      try linear("\(name).output", outputs: width, inputs: inner, bias: spec.bias)
    )
  }

  private func settings(
    _ spec: MultiHeadSpec, name: String, mask: AttentionMask, relative: RelativePositions?
  ) throws(ModelLoadError) -> AttentionSettings {
    // One table serves all layers, so all must have its heads.
    guard relative.map({ $0.heads == spec.heads }) ?? true else {
      throw ModelLoadError(
        .unsupported, context: name, expected: "\(relative?.heads ?? 0) heads, as in the first layer",
        found: "\(spec.heads)")
    }
    return AttentionSettings(scale: spec.scale, mask: mask)
  }
}
