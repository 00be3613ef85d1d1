package import InkTensor

/// The exponential moving average of weights (Polyak and Juditsky, 1992, with forgetting), to evaluate and save instead of
/// the last ones.
package final class WeightAverage {
  package let decay: AverageDecay
  private let parameters: [Parameter]
  private let averages: [Tensor]
  private var updates = 0

  /// An average that begins with the weights as they are.
  package init(of parameters: [Parameter], decay: AverageDecay, on cpu: CPU) throws(TrainingError) {
    let share =
      switch decay {
      case .constant(let share), .growing(let share): share
      }
    guard share >= 0, share < 1 else {
      throw TrainingError(
        .invalidValue, context: "average of weights: decay", expected: "0 or more, less than 1", found: "\(share)")
    }
    self.decay = decay
    self.parameters = parameters
    averages = parameters.map { cpu.copied($0.value) }
  }

  /// Takes in the weights after a step.
  package func update(on cpu: CPU) {
    let share = decay.share(after: updates)
    cpu.moveAverages(averages, toward: parameters.map(\.value), by: Float(1 - share))
    updates += 1
  }

  /// Runs `body` while the weights are the averages, and puts the weights back to the bit.
  ///
  /// Like every change in place it belongs to the owner of the weights, between two steps.
  package func withAverages<Result, Failure: Error>(
    on cpu: CPU, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    cpu.exchange(parameters.map(\.value), with: averages)
    defer { cpu.exchange(parameters.map(\.value), with: averages) }
    return try body()
  }

  /// The averages by name, and the number of updates.
  package var state: (averages: [(name: String, tensor: Tensor)], updates: Int) {
    (zip(parameters, averages).map { ("\($0.name).average", $1) }, updates)
  }

  /// Goes on where a stored average of the same weights stopped, to the bit.
  ///
  /// - Throws: `mismatch` when a tensor is missing or has another shape; nothing is changed then.
  package func restore(
    _ stored: [(name: String, tensor: Tensor)], updates: Int, on cpu: CPU
  ) throws(TrainingError) {
    let found = Dictionary(stored.map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
    var values: [Tensor] = []
    for (parameter, average) in zip(parameters, averages) {
      let name = "\(parameter.name).average"
      guard let tensor = found[name], tensor.shape == average.shape, tensor.dtype == .f32, tensor.isContiguous else {
        throw TrainingError(
          .mismatch, context: name, expected: "F32 \(average.shape)",
          found: found[name].map { "\($0.dtype.rawValue) \($0.shape)" } ?? "none")
      }
      values.append(tensor)
    }
    guard updates >= 0, updates < Int.max / 2 else {
      throw TrainingError(.mismatch, context: "average of weights", expected: "a count of updates", found: "\(updates)")
    }
    for (value, average) in zip(values, averages) { cpu.copy(value, into: average) }
    self.updates = updates
  }
}

@available(*, unavailable)
extension WeightAverage: Sendable {}
