import Synchronization

/// What is done with gradients that nothing more is added to: gets the positions of their weights in
/// ``GradientStore/parameters``, while the way back goes on. It may change those weights and release their gradients.
/// Weights that it was told of may come again.
package typealias WholeGradients = ([Int]) -> Void

/// The gradients of some weights: one buffer each, from the first part of a gradient until it is forgotten.
package final class GradientStore: Sendable {
  /// The weights, each with an identity.
  package let parameters: [Tensor]
  let nodes: Set<TapeNode>
  private let positions: [TapeNode: Int]
  private let buffers = Mutex(Buffers())

  private struct Buffers {
    private var byNode: [TapeNode: Tensor] = [:]
    private var byteCount = 0
    private(set) var peakByteCount = 0

    subscript(node: TapeNode) -> Tensor? {
      get { byNode[node] }
      set {
        byteCount += 4 * ((newValue?.elementCount ?? 0) - (byNode[node]?.elementCount ?? 0))
        peakByteCount = max(peakByteCount, byteCount)
        byNode[node] = newValue
      }
    }

    mutating func clear() {
      byNode = [:]
      byteCount = 0
    }
  }

  /// Room for the gradients of weights; one without an identity is a programmer's error (``Tensor/asParameter()``).
  package init(of parameters: [Tensor]) {
    self.parameters = parameters
    nodes = Set(parameters.compactMap(\.node))
    positions = Dictionary(
      zip(parameters.map(\.node), parameters.indices).compactMap { node, index in node.map { ($0, index) } },
      uniquingKeysWith: { first, _ in first })
    if nodes.count != parameters.count {
      trap("GradientStore", "\(parameters.count) parameters, \(nodes.count) of them with an identity of their own")
    }
  }

  /// The gradient of a weight, in its shape; nil when none has come to it since the last ``clear()``.
  package subscript(parameter: Tensor) -> Tensor? {
    guard let node = parameter.node else { return nil }
    return buffers.withLock { $0[node]?.reshaped(parameter.shape) }
  }

  /// Forgets the gradients. Their memory is free for the way forward, which needs none of them.
  package func clear() { buffers.withLock { $0.clear() } }

  /// The most bytes of gradients that there were at a time.
  package var peakByteCount: Int { buffers.withLock { $0.peakByteCount } }

  /// Gives the memory of a weight's gradient back: it is summed up elsewhere, or was used.
  package func release(_ parameter: Tensor) {
    guard let node = parameter.node else { return }
    buffers.withLock { $0[node] = nil }
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

  /// The place of a weight in ``parameters``.
  func position(of node: TapeNode) -> Int? { positions[node] }

  /// Adds a finished gradient.
  package func add(_ gradient: Tensor, to parameter: Tensor, on cpu: CPU) {
    guard let place = place(of: parameter, on: cpu) else { return }
    switch place.start {
    case .zero: cpu.copy(gradient, into: place.buffer)
    case .fromOutput: cpu.addInPlace(gradient, to: place.buffer)
    }
  }

  /// Adds a finished gradient in memory that nobody else holds: it becomes the buffer where there is none.
  func add(handingOver gradient: Tensor, to parameter: Tensor, on cpu: CPU) {
    guard let node = parameter.node else { return }
    let isTaken = buffers.withLock { buffers in
      guard buffers[node] == nil else { return false }
      buffers[node] = gradient.detached
      return true
    }
    if !isTaken { add(gradient, to: parameter, on: cpu) }
  }

  /// Where the next part of a weight's gradient is added; whoever asks writes it.
  func place(of parameter: Tensor, on cpu: CPU) -> GradientPlace? {
    guard let node = parameter.node else { return nil }
    return buffers.withLock { buffers in
      if let buffer = buffers[node] {
        return GradientPlace(buffer: buffer.reshaped(parameter.shape), start: .fromOutput)
      }
      let buffer = cpu.allocate(parameter.shape)
      buffers[node] = buffer
      return GradientPlace(buffer: buffer, start: .zero)
    }
  }
}
