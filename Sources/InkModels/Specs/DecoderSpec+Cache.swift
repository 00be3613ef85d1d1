package import InkTensor

extension DecoderSpec {
  /// How the pages of the cache are laid out.
  package func cacheLayout(element: KeyValueLayout.Element) -> KeyValueLayout {
    KeyValueLayout(
      layers: layers.map { layer in
        switch layer.mixer {
        case .grouped(let attention):
          KeyValueLayout.LayerShape(
            heads: attention.keyValueHeads, keyWidth: attention.headWidth, valueWidth: attention.headWidth)
        case .latent(let attention): attention.cacheShape
        }
      }, element: element)
  }
}
