package import InkTensor

/// Dropout of embeddings and of what layers add to the residual stream, for training; weights of attention are not
/// dropped.
///
/// Which elements fall is a function of seed, step and the name of the place, so that a resumed run drops the same.
package struct ResidualDropout: Sendable, Hashable {
  /// The share of elements that fall, at least zero and less than one.
  package let rate: Float
  private let seed: UInt64
  private let step: UInt64
  private let place: String

  /// - Parameters:
  ///   - rate: the share of elements that fall.
  ///   - seed: the run's seed.
  ///   - step: the number of the step of training, parts of it counted.
  package init(rate: Float, seed: UInt64, step: UInt64) { self.init(rate: rate, seed: seed, step: step, place: "") }

  private init(rate: Float, seed: UInt64, step: UInt64, place: String) {
    self.rate = rate
    self.seed = seed
    self.step = step
    self.place = place
  }

  /// The same at a place inside this one.
  package func at(_ name: String) -> ResidualDropout {
    ResidualDropout(rate: rate, seed: seed, step: step, place: place.isEmpty ? name : "\(place).\(name)")
  }

  /// `x` with its share of zeros.
  package func callAsFunction(_ x: Tensor, on cpu: CPU) -> Tensor {
    rate == 0 ? x : cpu.dropout(x, rate: rate, stream: RandomStream(seed: seed, name: "dropout.\(place)", step: step))
  }
}
