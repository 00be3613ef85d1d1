package import InkTensor

/// Dropout of embeddings and of what layers add to the residual stream, for training; weights of attention are not
/// dropped.
///
/// Which elements fall is a function of the noise of the pass and the name of the place, so that a resumed run drops the same.
package struct ResidualDropout: Sendable, Hashable {
  /// The share of elements that fall, at least zero and less than one.
  package let rate: Float
  private let noise: DropoutNoise
  private let place: String

  /// - Parameters:
  ///   - rate: the share of elements that fall.
  ///   - noise: the random numbers of the pass.
  package init(rate: Float, noise: DropoutNoise) { self.init(rate: rate, noise: noise, place: "residual") }

  private init(rate: Float, noise: DropoutNoise, place: String) {
    self.rate = rate
    self.noise = noise
    self.place = place
  }

  /// The same at a place inside this one.
  package func at(_ name: String) -> ResidualDropout {
    ResidualDropout(rate: rate, noise: noise, place: "\(place).\(name)")
  }

  /// `x` with its share of zeros.
  package func callAsFunction(_ x: Tensor, on cpu: CPU) -> Tensor {
    rate == 0 ? x : cpu.dropout(x, rate: rate, stream: noise.stream(place))
  }
}
