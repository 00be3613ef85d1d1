/// One weight of an update: what changes, by what, and what is remembered of it.
package struct UpdatePart: Sendable {
  /// The weight; its elements change in place.
  package let value: Tensor
  /// Its gradient, in the same shape.
  package let gradient: Tensor
  /// What the rule remembers of it (``UpdateRule/slots(for:)``); the elements change in place.
  package let state: [Tensor]
  /// The number of this update of this weight: 1 for the first.
  package let step: Int
  package let learningRate: Double
  package let weightDecay: Double

  package init(
    value: Tensor, gradient: Tensor, state: [Tensor], step: Int, learningRate: Double, weightDecay: Double
  ) {
    self.value = value
    self.gradient = gradient
    self.state = state
    self.step = step
    self.learningRate = learningRate
    self.weightDecay = weightDecay
  }

  var count: Int { value.elementCount }

  /// Checks that everything has the shape that the rule needs.
  func check(_ slots: [StateSlot]) throws(TensorError) {
    let context = "update of a weight \(value.shape)"
    guard value.dtype == .f32, value.isContiguous, step > 0 else {
      throw TensorError(
        .unsupported, context: context, expected: "row-major F32 and a step from 1 on",
        found: "\(value.dtype.rawValue), step \(step)")
    }
    guard gradient.shape == value.shape, gradient.dtype == .f32, gradient.isContiguous else {
      throw TensorError(
        .shapeMismatch, context: context, expected: "a gradient F32 \(value.shape)",
        found: "\(gradient.dtype.rawValue) \(gradient.shape)")
    }
    let (expected, found) = (
      slots.map { "\($0.dtype.rawValue) \($0.shape)" }, state.map { "\($0.dtype.rawValue) \($0.shape)" }
    )
    guard expected == found, state.allSatisfy(\.isContiguous) else {
      throw TensorError(
        .shapeMismatch, context: context, expected: "a state of \(expected)", found: "\(found)",
        hint: "The state was made for another optimizer or another weight.")
    }
  }
}
