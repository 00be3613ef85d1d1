/// Gradients on their way back over a tape.
package struct GradientFlow {
  /// The backend that gradients are computed on; it records nothing.
  let cpu: CPU
  private let tape: Tape
  private var pending: [TapeNode: Tensor] = [:]
  /// Positions of the weights that the step reads that is gone back over.
  var uses: [Int] = []
  /// Gets the weights whose gradients are whole within the step that is gone back over, if anyone wants to know.
  var whole: WholeGradients?

  init(tape: Tape, cpu: CPU) {
    self.tape = tape
    self.cpu = cpu
  }

  /// Whether a gradient of this tensor is wanted.
  func wants(_ tensor: Tensor) -> Bool { tape.tracks(tensor) }

  func hasGradient(_ node: TapeNode) -> Bool { pending[node] != nil }

  /// The gradient that has come to a result, in its shape; nil where nothing depends on it. It is handed out once.
  mutating func take(_ result: Tensor) -> Tensor? {
    guard let node = result.node else { return nil }
    return pending.removeValue(forKey: node)?.reshaped(result.shape)
  }

  /// Adds to the gradient of a tensor, if it is wanted.
  mutating func add(_ gradient: Tensor, to tensor: Tensor) {
    guard let node = tensor.node, tape.tracks(tensor) else { return }
    if let store = store(of: node) {
      store.add(gradient, to: tensor, on: cpu)
    } else if let before = pending[node] {
      pending[node] = cpu.add(before, gradient.reshaped(before.shape))
    } else {
      pending[node] = gradient
    }
  }

  /// The same for a gradient in memory that nobody else holds.
  mutating func add(handingOver gradient: Tensor, to tensor: Tensor) {
    guard let node = tensor.node, let store = store(of: node) else { return add(gradient, to: tensor) }
    store.add(handingOver: gradient, to: tensor, on: cpu)
  }

  /// The store, if it holds a weight. One that the step did not name among its inputs is a programmer's error: its
  /// gradient may have been taken for whole before.
  private func store(of node: TapeNode) -> GradientStore? {
    guard let position = tape.store.position(of: node) else { return nil }
    if !uses.contains(position) { trap("GradientFlow", "weight \(position) is no input of the step") }
    return tape.store
  }

  /// Lets `body` add to the gradient of a tensor where it lies, if it is wanted: sums over the rows of a step are chains
  /// that go on from what is there, so that several small steps give the bits of a large one.
  ///
  /// - Parameter body: gets a tensor of the shape of `tensor` and how to begin.
  mutating func accumulate(into tensor: Tensor, _ body: (Tensor, ProductStart) -> Void) {
    accumulate(into: [tensor]) { places in
      if let place = places[0] { body(place.buffer, place.start) }
    }
  }

  /// The same for several tensors, whose gradients are computed together.
  ///
  /// - Parameter body: gets a place for each tensor whose gradient is wanted.
  mutating func accumulate(into tensors: [Tensor], _ body: ([GradientPlace?]) -> Void) {
    let places = tensors.map { tensor -> GradientPlace? in
      guard let node = tensor.node, tape.tracks(tensor) else { return nil }
      guard let store = store(of: node) else {
        return GradientPlace(buffer: cpu.allocate(tensor.shape), start: .zero)
      }
      return store.place(of: tensor, on: cpu)
    }
    body(places)
    for (tensor, place) in zip(tensors, places) {
      if let place, let node = tensor.node, !tape.store.holds(node) { add(place.buffer, to: tensor) }
    }
  }
}

/// Where a gradient is written, and whether something is there already.
struct GradientPlace {
  let buffer: Tensor
  let start: ProductStart
}
