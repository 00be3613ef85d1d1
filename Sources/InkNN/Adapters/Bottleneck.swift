package import InkTensor

/// A narrow network beside the identity, behind a part of a layer (Houlsby et al., 2019; Pfeiffer et al., 2021):
/// `y + scale * up(activation(down(y)))`.
package struct Bottleneck: Sendable {
  package let down: Linear
  package let function: ActivationFunction
  package let up: Linear
  package let scale: Float

  package init(down: Linear, function: ActivationFunction, up: Linear, scale: Float) {
    self.down = down
    self.function = function
    self.up = up
    self.scale = scale
  }

  func callAsFunction(_ y: Tensor, on cpu: CPU) -> Tensor {
    let inner = cpu.activate(down(y, on: cpu), function)
    guard scale != 1 else { return up(inner, addingTo: y, on: cpu) }
    return cpu.add(y, cpu.scale(up(inner, on: cpu), by: scale))
  }
}
