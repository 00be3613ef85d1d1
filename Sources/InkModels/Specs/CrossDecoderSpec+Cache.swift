import InkTensor

extension CrossDecoderSpec {
  /// How the pages of a target's cache are laid out.
  var cacheLayout: KeyValueLayout { CrossDecoderSpec.layout(layers.map(\.selfAttention)) }

  /// How the pages of an encoded source are laid out.
  var sourceLayout: KeyValueLayout { CrossDecoderSpec.layout(layers.map(\.crossAttention)) }

  private static func layout(_ layers: [MultiHeadSpec]) -> KeyValueLayout {
    KeyValueLayout(layers: layers.map { ($0.heads, $0.headWidth, $0.headWidth) })
  }
}
