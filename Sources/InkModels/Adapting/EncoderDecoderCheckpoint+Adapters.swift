package import InkFormats

extension EncoderDecoderCheckpoint {
  /// Whether the head is another matrix than the embedding.
  package var hasOwnHead: Bool {
    switch spec.head.weight {
    case .tied: false
    case .own, .normalizedRows: true
    }
  }

  /// The names that adapters have for the maps of the model: those of checkpoints, and one for the head where it is the
  /// embedding too, since an adapter can change it alone.
  package var adapterMap: WeightMap {
    var named = spec
    if !hasOwnHead { named.head.weight = .own(.none) }
    return family.huggingFaceWeights(named)
  }
}
