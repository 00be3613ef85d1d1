extension ModelSpec {
  /// A number that a person asks for: as it is called on a page, its key in a report, and its value.
  package typealias Size = (label: String, key: String, value: Int)

  /// The most tokens of a sequence; nil when positions have no end.
  package var contextLength: Int? {
    switch self {
    case .decoder(let spec): spec.contextLength
    case .encoder(let spec): spec.contextLength
    case .encoderDecoder(let spec): spec.encoder.contextLength
    case .pictureReader(let spec): spec.decoder.contextLength
    case .twoTowers(let spec): spec.text.contextLength
    }
  }

  /// How large the model is.
  package var sizes: [Size] {
    switch self {
    case .decoder(let spec): ModelSpec.sizes(spec)
    case .encoder(let spec):
      ModelSpec.sizes(layers: spec.layers.count, spec.width, spec.vocabulary, spec.contextLength)
        + ModelSpec.sizes(spec.layers.first?.attention)
    case .encoderDecoder(let spec):
      ModelSpec.sizes(layers: spec.encoder.layers.count, spec.width, spec.vocabulary, spec.encoder.contextLength)
        + [("layers of the decoder", "decoder_layers", spec.decoder.layers.count)]
        + ModelSpec.sizes(spec.encoder.layers.first?.attention)
    case .pictureReader(let spec):
      ModelSpec.sizes(spec.decoder) + [("rows of a picture", "rows_per_image", spec.rowsPerImage)]
    case .twoTowers(let spec):
      ModelSpec.sizes(layers: spec.text.layers.count, spec.text.width, spec.text.vocabulary, spec.text.contextLength)
        + [
          ("layers of pictures", "vision_layers", spec.vision.layers.count),
          ("width of pictures", "vision_width", spec.vision.width),
        ]
    }
  }

  private static func sizes(_ spec: DecoderSpec) -> [Size] {
    let sizes = sizes(layers: spec.layers.count, spec.width, spec.vocabulary, spec.contextLength)
    guard case .grouped(let attention)? = spec.layers.first?.mixer else { return sizes }
    return sizes + [
      ("heads", "heads", attention.heads), ("key/value heads", "key_value_heads", attention.keyValueHeads),
      ("head width", "head_width", attention.headWidth),
    ]
  }

  private static func sizes(layers: Int, _ width: Int, _ vocabulary: Int, _ context: Int?) -> [Size] {
    [("layers", "layers", layers), ("width", "width", width), ("vocabulary", "vocabulary", vocabulary)]
      + (context.map { [("context", "context_length", $0)] } ?? [])
  }

  private static func sizes(_ attention: MultiHeadSpec?) -> [Size] {
    attention.map { [("heads", "heads", $0.heads), ("head width", "head_width", $0.headWidth)] } ?? []
  }
}
