package import InkTensor

/// A weight with its share of the learning rate and its weight decay.
package struct ParameterPlan: Sendable {
  package let parameter: Parameter
  /// Times the learning rate.
  package let rateFactor: Double
  package let weightDecay: Double

  package init(parameter: Parameter, rateFactor: Double, weightDecay: Double) {
    self.parameter = parameter
    self.rateFactor = rateFactor
    self.weightDecay = weightDecay
  }
}
