import InkNN
import InkTensor

extension DecoderSpec {
  /// The elements of the matrices that one token is multiplied with, the head among them; of experts the chosen ones.
  package var matrixElementsPerToken: Int {
    layers.reduce(vocabulary * width) { $0 + $1.mixer.matrixElements(width) + $1.feedForward.matrixElements(width) }
  }
}

extension MixerSpec {
  fileprivate func matrixElements(_ width: Int) -> Int {
    switch self {
    case .grouped(let attention):
      return 2 * width * attention.headWidth * (attention.heads + attention.keyValueHeads)
    case .latent(let attention):
      let heads = attention.heads
      let query = heads * (attention.contentWidth + attention.rotary.width)
      let expansion = heads * attention.keyValueRank * (attention.contentWidth + attention.valueWidth)
      return width * (query + attention.keyValueRank + attention.rotary.width + heads * attention.valueWidth)
        + expansion
    }
  }
}

extension FeedForwardSpec {
  /// The elements of the matrices that one token is multiplied with; of experts the chosen ones.
  func matrixElements(_ width: Int) -> Int {
    switch self {
    case .plain(_, let inner, _): return 2 * width * inner
    case .gated(_, let inner, _): return 3 * width * inner
    case .experts(let experts):
      let shared =
        switch experts.shared {
        case .none: 0
        case .always(let inner), .gated(let inner): inner
        }
      return 3 * width * (experts.width * experts.router.chosen + shared) + width * experts.router.count
    }
  }
}
