import InkModels
import InkTensor
import Testing

/// Compares the gradients of a whole model with differences of its loss.
///
/// Each weight is moved along its own gradient, where the loss changes most: the change is the gradient's length.
struct ModelGradientCheck {
  let cpu: CPU
  let parameters: [Parameter]
  /// Names of weights that may have no gradient.
  var mayBeConstant: (String) -> Bool = { _ in false }
  /// What was chosen in the last pass, such as experts: where a difference changes it, the loss jumps and says nothing.
  var choices: () -> [Int32] = { [] }

  func callAsFunction(_ loss: (CPU) -> Tensor) throws {
    let store = GradientStore(of: parameters.map(\.value))
    let value = cpu.valueAndGradient(of: store, loss).toArray()[0]
    #expect(value.isFinite)
    let chosen = choices()
    var jumps = 0
    var compared = 0
    for parameter in parameters {
      guard let gradient = store[parameter.value]?.toArray() else {
        #expect(mayBeConstant(parameter.name), "no gradient of \(parameter.name)")
        continue
      }
      let length = gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      // Gradients that are zero by the model's form (the bias of keys) are rounding noise.
      guard length > 1e-3 else { continue }
      compared += 1
      var isSmooth = true
      let start = cpu.copied(parameter.value)
      defer { cpu.copy(start, into: parameter.value) }
      let numbers = start.toArray()
      func moved(by shift: Double) -> Double {
        let elsewhere = zip(numbers, gradient).map { Float(Double($0) + shift * Double($1) / length) }
        cpu.copy(Tensor(elsewhere, shape: parameter.value.shape), into: parameter.value)
        let value = Double(loss(cpu).toArray()[0])
        isSmooth = isSmooth && choices() == chosen
        return value
      }
      let step = min(2e-2, max(2e-3, 2e-3 / length))
      let found = (moved(by: step) - moved(by: -step)) / (2 * step)
      guard isSmooth else {
        jumps += 1
        continue
      }
      #expect(
        abs(found - length) <= 0.03 * length + 2e-6 * Double(abs(value)) / step,
        "\(parameter.name): the loss changes by \(found), its gradient says \(length)")
    }
    #expect(jumps <= parameters.count / 4, "\(jumps) of \(parameters.count) differences change a choice")
    #expect(compared - jumps > parameters.count / 3, "\(compared) of \(parameters.count) weights have gradients")
  }
}
