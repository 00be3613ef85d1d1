import CInkKernels
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

  func holds(_ node: TapeNode) -> Bool { nodes.contains(node) }

  /// Adds a finished gradient.
  func add(_ gradient: Tensor, to parameter: Tensor, on cpu: CPU) {
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

extension CPU {
  /// A copy of f32 values in memory of its own, which its owner may change.
  ///
  /// - Parameter offset: added to every value.
  package func copied(_ values: Tensor, adding offset: Float = 0) -> Tensor {
    let storage = Storage.allocate(byteCount: values.elementCount * 4)
    let result = Tensor(
      storage: storage, byteOffset: 0, dtype: .f32, shape: values.shape, strides: Tensor.rowMajorStrides(values.shape))
    let (from, to) = (values.floats, result.floats)
    forEachRow(values.elementCount, width: 1, cost: 1) { chunk in
      if offset == 0 {
        (to + chunk.lowerBound).update(from: from + chunk.lowerBound, count: chunk.count)
      } else {
        for index in chunk { to[index] = from[index] + offset }
      }
    }
    withExtendedLifetime(values) {}
    return result
  }

  /// Overwrites the elements of a tensor that the caller alone writes.
  func copy(_ source: Tensor, into target: Tensor) {
    let (from, to) = (source.floats, target.floats)
    forEachRow(target.elementCount, width: 1, cost: 1) { chunk in
      (to + chunk.lowerBound).update(from: from + chunk.lowerBound, count: chunk.count)
    }
    withExtendedLifetime((source, target)) {}
  }

  /// Adds to the elements of a tensor that the caller alone writes.
  func addInPlace(_ source: Tensor, to target: Tensor) {
    let (from, to) = (source.floats, target.floats)
    forEachRow(target.elementCount, width: 1, cost: 1) { chunk in
      let start = chunk.lowerBound
      rows.call.add(to + start, from + start, to + start, chunk.count)
    }
    withExtendedLifetime((source, target)) {}
  }
}
