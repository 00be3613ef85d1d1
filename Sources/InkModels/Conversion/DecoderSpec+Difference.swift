import InkNN

extension DecoderSpec {
  /// The first setting in which another model differs, in words; nil where none is found.
  func difference(from other: DecoderSpec) -> SpecDifference? {
    let whole: [SpecDifference?] = [
      SpecDifference("the vocabulary", vocabulary, other.vocabulary), SpecDifference("the width", width, other.width),
      SpecDifference("the number of layers", layers.count, other.layers.count),
      SpecDifference("the context", contextLength, other.contextLength),
      SpecDifference("what embeddings are multiplied with", embedding.scale, other.embedding.scale),
      SpecDifference("what logits are multiplied with", head.scale, other.head.scale),
      SpecDifference("the limit of logits", head.softCap, other.head.softCap),
      SpecDifference("the embedding", embedding, other.embedding), SpecDifference("the head", head, other.head),
      SpecDifference("the last norm", finalNorm, other.finalNorm),
      SpecDifference("layers that predict ahead", predictionLayers, other.predictionLayers),
      SpecDifference("how tokens see each other", arrangement, other.arrangement),
    ]
    if let found = whole.lazy.compactMap({ $0 }).first { return found }
    for (index, (layer, twin)) in zip(layers, other.layers).enumerated() where layer != twin {
      guard var found = layer.difference(from: twin) else { continue }
      found.place += " of layer \(index)"
      return found
    }
    return nil
  }
}

/// A setting and its two values.
struct SpecDifference: Hashable {
  var place: String
  let value: String
  let other: String

  /// Nil for equal values.
  fileprivate init?<Value: Equatable>(_ place: String, _ value: Value, _ other: Value) {
    guard value != other else { return nil }
    self.place = place
    self.value = "\(value)"
    self.other = "\(other)"
  }

  /// Of values that need not be there.
  fileprivate init?<Value: Equatable>(_ place: String, _ value: Value?, _ other: Value?) {
    guard value != other else { return nil }
    self.place = place
    self.value = value.map { "\($0)" } ?? "none"
    self.other = other.map { "\($0)" } ?? "none"
  }
}

extension LayerSpec {
  fileprivate func difference(from other: LayerSpec) -> SpecDifference? {
    if case .grouped(let attention) = mixer, case .grouped(let twin) = other.mixer,
      let found = attention.difference(from: twin)
    {
      return found
    }
    let parts: [SpecDifference?] = [
      SpecDifference("attention", mixer, other.mixer),
      SpecDifference("the feed-forward part", feedForward, other.feedForward),
      SpecDifference("norms", norm, other.norm), SpecDifference("the place of norms", wiring, other.wiring),
    ]
    return parts.lazy.compactMap { $0 }.first
  }
}

extension GroupedAttentionSpec {
  fileprivate func difference(from other: GroupedAttentionSpec) -> SpecDifference? {
    let parts: [SpecDifference?] = [
      SpecDifference("heads", heads, other.heads),
      SpecDifference("heads of keys and values", keyValueHeads, other.keyValueHeads),
      SpecDifference("the width of heads", headWidth, other.headWidth),
      SpecDifference("what dot products are multiplied with", scale, other.scale),
      SpecDifference("the window", window, other.window), SpecDifference("biases", biases, other.biases),
      SpecDifference("the limit of scores", softCap, other.softCap),
      SpecDifference("the limit of queries, keys and values", clip, other.clip),
      SpecDifference("norms of queries and keys", queryKeyNorm, other.queryKeyNorm),
      SpecDifference("positions", position, other.position),
    ]
    return parts.lazy.compactMap { $0 }.first
  }
}
