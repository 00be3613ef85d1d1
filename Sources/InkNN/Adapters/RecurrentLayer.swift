import InkTensor

/// A layer of long short-term memory that reads a sequence in both directions (Hochreiter and Schmidhuber, 1997; Graves
/// and Schmidhuber, 2005).
package struct RecurrentLayer: Sendable {
  /// One direction. The four parts of a row of gates are input, forget, cell and output, as in PyTorch.
  package struct Direction: Sendable {
    /// From the inputs to the gates, [4 * width, inputs].
    package let input: Linear
    /// From the state to the gates, [4 * width, width].
    package let state: Linear

    package init(input: Linear, state: Linear) {
      self.input = input
      self.state = state
    }
  }

  package let forwards: Direction
  package let backwards: Direction

  package init(forwards: Direction, backwards: Direction) {
    self.forwards = forwards
    self.backwards = backwards
  }

  /// The states of both directions side by side, [count, 2 * width].
  func callAsFunction(_ x: Tensor, on cpu: CPU) -> Tensor {
    let order = Array(0..<x.shape[0])
    let left = states(forwards, x, order, on: cpu)
    let right = states(backwards, x, order.reversed(), on: cpu)
    return cpu.joinColumns(cpu.joinRows(left), cpu.joinRows(right.reversed()))
  }

  /// The state after each row in the order of reading, each [1, width].
  private func states(_ direction: Direction, _ x: Tensor, _ order: [Int], on cpu: CPU) -> [Tensor] {
    let width = direction.state.weight.inputs
    let inputs = direction.input(x, on: cpu)  // [count, 4 * width]
    var state = cpu.zeros([1, width])
    var cell = cpu.zeros([width, 1])
    return order.map { row in
      let sum = direction.state(state, addingTo: cpu.pickRows([row], of: inputs), on: cpu)
      let gates = (0..<4).map { cpu.pickRows([$0], of: sum.reshaped([4, width])).reshaped([width, 1]) }
      // A soft cap of one is the hyperbolic tangent; a gate of a row of one element is a product by element.
      cell = cpu.add(
        cpu.gateRows(cell, by: gates[1]), cpu.gateRows(cpu.softCap(gates[2], cap: 1), by: gates[0]))
      state = cpu.gateRows(cpu.softCap(cell, cap: 1), by: gates[3]).reshaped([1, width])
      return state
    }
  }
}
