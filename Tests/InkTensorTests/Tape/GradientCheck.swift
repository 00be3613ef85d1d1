import InkTensor
import Testing

/// Compares the gradients of a tape with central differences.
struct GradientCheck {
  let cpu: CPU
  /// How far an input is moved to either side.
  var step: Float = 1e-2
  /// The relative error that rounding allows, measured against the largest gradient.
  var tolerance = 4e-3

  /// Checks `function` at `inputs`: each output element enters a sum with a weight of its own.
  func callAsFunction(
    _ inputs: [Tensor], _ comment: Comment = "", sourceLocation: SourceLocation = #_sourceLocation,
    _ function: (CPU, [Tensor]) -> [Tensor]
  ) {
    let parameters = inputs.map { Tensor($0.toArray(), shape: $0.shape).asParameter() }
    let store = GradientStore(of: parameters)
    let outputs = function(cpu, parameters.map(\.detached))
    let weights = outputs.enumerated().map { GradientCheck.weights(count: $1.elementCount, seed: $0) }
    _ = cpu.valueAndGradient(of: store) { cpu in
      let results = function(cpu, parameters)
      var sum: Tensor?
      for (result, weights) in zip(results, weights) {
        let row = Weight.dense(Tensor(weights, shape: [1, weights.count]))
        let part = cpu.linear(result.reshaped([1, weights.count]), by: [row], epilogues: [.none])[0]
        sum = sum.map { cpu.add($0, part) } ?? part
      }
      return sum ?? Tensor([0], shape: [1, 1])
    }
    for (index, parameter) in parameters.enumerated() {
      let start = parameter.toArray()
      let found = store[parameter]?.toArray() ?? [Float](repeating: 0, count: start.count)
      let expected = start.indices.map { place -> Double in
        func value(_ shift: Float) -> Double {
          var moved = start
          moved[place] += shift
          var arguments = parameters.map(\.detached)
          arguments[index] = Tensor(moved, shape: parameter.shape)
          return GradientCheck.value(function(cpu, arguments), weights)
        }
        return (value(step) - value(-step)) / Double(2 * step)
      }
      let scale = max(expected.map(abs).max() ?? 0, 1)
      for (place, (found, expected)) in zip(found, expected).enumerated() {
        #expect(
          abs(Double(found) - expected) <= tolerance * scale,
          "\(comment) input \(index) element \(place): \(found) for \(expected)", sourceLocation: sourceLocation)
      }
    }
  }

  private static func value(_ results: [Tensor], _ weights: [[Float]]) -> Double {
    var sum = 0.0
    for (result, weights) in zip(results, weights) {
      for (element, weight) in zip(result.toArray(), weights) { sum += Double(element) * Double(weight) }
    }
    return sum
  }

  private static func weights(count: Int, seed: Int) -> [Float] {
    let stream = RandomStream(seed: UInt64(seed) + 100, name: "weights")
    return (0..<count).map { Float(stream.normal(at: UInt64($0))) }
  }

  /// Normal numbers for an input.
  static func input(_ shape: Shape, seed: UInt64) -> Tensor {
    let stream = RandomStream(seed: seed, name: "input")
    return Tensor((0..<shape.elementCount).map { Float(stream.normal(at: UInt64($0))) }, shape: shape)
  }
}
