import InkFormats
import InkTensor

extension EncoderSpec {
  /// The layout of BERT under the keys of `config.json`: learned positions, a norm behind the embedding and behind each
  /// sum, biases everywhere (Devlin et al., 2018).
  ///
  /// - Parameters:
  ///   - firstPosition: the row of the first token's position.
  ///   - types: kinds of token.
  static func bertLayout(
    _ configuration: ModelConfiguration, firstPosition: Int, types: Int, outputs: EncoderOutputsSpec
  ) throws(ModelLoadError) -> EncoderSpec {
    for key in ["is_decoder", "add_cross_attention"] where try configuration.flag(key, default: false) {
      throw ModelLoadError(.unsupported, context: key, expected: "false", found: "true")
    }
    if let positions = try configuration.text("position_embedding_type"), positions != "absolute" {
      throw ModelLoadError(
        .unsupported, context: "position_embedding_type", expected: "absolute",
        found: ModelLoadError.quoted(positions))
    }
    let heads = try configuration.heads()
    let norm = NormSpec.layer(epsilon: try configuration.epsilon("layer_norm_eps", default: 1e-12), .present)
    let rows = try configuration.positive("max_position_embeddings", default: 512)
    guard firstPosition >= 0, firstPosition < rows else {
      throw ModelLoadError(
        .invalidConfiguration, context: "pad_token_id", expected: "an id below \(rows - 1), the last position",
        found: "\(firstPosition - 1)")
    }
    let layer = EncoderLayerSpec(
      attention: MultiHeadSpec(heads: heads.heads, headWidth: heads.headWidth, bias: .present),
      feedForward: .plain(
        try configuration.activation("hidden_act", default: .geluErf),
        width: try configuration.positive("intermediate_size"), .present),
      norm: norm, placement: .afterSum)
    return EncoderSpec(
      vocabulary: try configuration.positive("vocab_size"), width: try configuration.positive("hidden_size"),
      embedding: SequenceEmbeddingSpec(
        positions: .learned(rows: rows, first: firstPosition), tokenTypes: types, norm: norm),
      layers: Array(repeating: layer, count: try configuration.layerCount()), outputs: outputs,
      contextLength: rows - firstPosition)
  }
}

extension ModelConfiguration {
  /// The names of the classes: those of `id2label` in the order of their numbers, or numbered ones.
  func labels(default fallback: Int = 2) throws(ModelLoadError) -> [String] {
    guard let map = try section("id2label") else {
      let count = try positive("num_labels", default: fallback)
      guard count <= 1 << 20 else {
        throw ModelLoadError(
          .invalidConfiguration, context: "num_labels", expected: "at most \(1 << 20) classes", found: "\(count)")
      }
      return (0..<count).map { "LABEL_\($0)" }
    }
    let members: [(key: String, node: JSONNode)]
    do { members = try map.node.members } catch { throw ModelLoadError(error, as: .invalidConfiguration) }
    guard !members.isEmpty else {
      throw ModelLoadError(.invalidConfiguration, context: "id2label", expected: "at least one class", found: "none")
    }
    var labels = [String?](repeating: nil, count: members.count)
    for (key, node) in members {
      guard let number = Int(key), labels.indices.contains(number) else {
        throw ModelLoadError(
          .invalidConfiguration, context: "id2label", expected: "the numbers from 0 to \(members.count - 1)",
          found: ModelLoadError.quoted(key))
      }
      do { labels[number] = try node.string } catch { throw ModelLoadError(error, as: .invalidConfiguration) }
    }
    // As many keys as numbers, and each a number below their count: none is missing unless one is written twice.
    return try labels.enumerated().map { number, label throws(ModelLoadError) in
      guard let label else {
        throw ModelLoadError(.invalidConfiguration, context: "id2label", expected: "a name for class \(number)")
      }
      return label
    }
  }
}
