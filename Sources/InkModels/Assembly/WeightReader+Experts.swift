import InkNN
import InkTensor

extension WeightReader {
  /// A mixture of experts.
  mutating func experts(_ spec: ExpertsSpec, name: String, width: Int) throws(ModelLoadError) -> MixtureOfExperts {
    throw ModelLoadError(.unsupported, context: name, found: "a mixture of experts")
  }
}
