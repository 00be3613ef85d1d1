import Synchronization

/// The gradients of some weights: one buffer each, kept from step to step.
package final class GradientStore: Sendable {
  private struct Slot {
    let buffer: Tensor
    var isWritten: Bool
  }

  /// The weights, each with an identity.
  package let parameters: [Tensor]
  let nodes: Set<TapeNode>
  private let slots = Mutex<[TapeNode: Slot]>([:])

  /// Room for the gradients of weights; one without an identity is a programmer's error (``Tensor/asParameter()``).
  package init(of parameters: [Tensor]) {
    self.parameters = parameters
    nodes = Set(parameters.compactMap(\.node))
    if nodes.count != parameters.count {
      trap("GradientStore", "\(parameters.count) parameters, \(nodes.count) of them with an identity of their own")
    }
  }

  /// The gradient of a weight, in its shape; nil when none has come to it since the last ``clear()``.
  package subscript(parameter: Tensor) -> Tensor? {
    guard let node = parameter.node else { return nil }
    return slots.withLock { slots in
      guard let slot = slots[node], slot.isWritten else { return nil }
      return slot.buffer.reshaped(parameter.shape)
    }
  }

  /// Forgets the gradients; the memory stays for the next step.
  package func clear() {
    slots.withLock { slots in
      for node in Array(slots.keys) { slots[node]?.isWritten = false }
    }
  }

  /// Gives the memory of a weight's gradient back: it is summed up elsewhere.
  package func release(_ parameter: Tensor) {
    guard let node = parameter.node else { return }
    slots.withLock { $0[node] = nil }
  }

  /// The gradient of a weight, zeros when none has come to it: its part of a sum over processes.
  package func part(of parameter: Tensor, on cpu: CPU) -> Tensor {
    guard let place = place(of: parameter, on: cpu) else { return cpu.zeros(parameter.shape) }
    switch place.start {
    case .zero: place.buffer.floats.update(repeating: 0, count: parameter.elementCount)
    case .fromOutput: break
    }
    return place.buffer
  }

  func holds(_ node: TapeNode) -> Bool { nodes.contains(node) }

  /// Adds a finished gradient.
  package func add(_ gradient: Tensor, to parameter: Tensor, on cpu: CPU) {
    guard let place = place(of: parameter, on: cpu) else { return }
    switch place.start {
    case .zero: cpu.copy(gradient, into: place.buffer)
    case .fromOutput: cpu.addInPlace(gradient, to: place.buffer)
    }
  }

  /// Where the next part of a weight's gradient is added; whoever asks writes it.
  func place(of parameter: Tensor, on cpu: CPU) -> GradientPlace? {
    guard let node = parameter.node else { return nil }
    let slot = slots.withLock { slots in
      let slot = slots[node] ?? Slot(buffer: cpu.allocate(parameter.shape), isWritten: false)
      slots[node] = Slot(buffer: slot.buffer, isWritten: true)
      return slot
    }
    return GradientPlace(
      buffer: slot.buffer.reshaped(parameter.shape), start: slot.isWritten ? .fromOutput : .zero)
  }
}
