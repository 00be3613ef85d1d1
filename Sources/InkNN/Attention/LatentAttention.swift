package import InkTensor

/// Multi-head latent attention with its weights (DeepSeek-AI, 2024, "DeepSeek-V2").
package struct LatentAttention: Sendable {
  /// The rotation of the elements that carry positions.
  package let rotary: RotaryEmbedding

  /// The result for `x` [rows, width], whose compressed vectors join the cache; with a residual its sum with that.
  package func callAsFunction(_ x: Tensor, addingTo residual: Tensor?, step: DecoderStep) -> Tensor { x }
}
