import InkNN
import InkTensor

extension WeightReader {
  /// Multi-head latent attention.
  mutating func latent(
    _ spec: LatentAttentionSpec, name: String, width: Int, cache: KeyValueLayout.Layer
  ) throws(ModelLoadError) -> LatentAttention {
    throw ModelLoadError(.unsupported, context: name, found: "latent attention")
  }
}
