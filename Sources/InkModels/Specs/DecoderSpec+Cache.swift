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

extension LoadingOptions.CacheFormat {
  /// How a number is kept.
  ///
  /// - Parameter hasExactWeights: whether a matrix of the model is stored in f32.
  func element(hasExactWeights: Bool) -> KeyValueLayout.Element {
    switch self {
    case .automatic: hasExactWeights ? .f32 : .f16
    case .f32: .f32
    case .f16: .f16
    case .q8: .q8
    }
  }
}
