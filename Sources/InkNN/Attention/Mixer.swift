package import InkTensor

/// How tokens see each other, with its weights.
package enum Mixer: Sendable {
  case grouped(GroupedAttention)
  case latent(LatentAttention)

  /// The result for `x` [rows, width], whose keys and values join the cache; with a residual its sum with that.
  package func callAsFunction(_ x: Tensor, addingTo residual: Tensor?, step: DecoderStep) -> Tensor {
    switch self {
    case .grouped(let attention): attention(x, addingTo: residual, step: step)
    case .latent(let attention): attention(x, addingTo: residual, step: step)
    }
  }

  /// The rotation that the step must know of.
  package var rotary: RotaryEmbedding? {
    switch self {
    case .grouped(let attention): attention.rotary
    case .latent(let attention): attention.rotary
    }
  }
}
