import Synchronization

/// What was computed from the tensors that gradients are wanted for, in order, with what each step needs to be undone
/// (reverse-mode automatic differentiation; Linnainmaa, 1970).
///
/// It lives as long as the closure that it is scoped to (``CPU/valueAndGradient(of:_:)``). Going back frees each step
/// as it is passed, so that memory falls on the way.
package final class Tape: Sendable {
  /// Gives the gradients of a step's arguments, when that of a result is known.
  typealias Backward = @Sendable (inout GradientFlow) -> Void

  private struct Step {
    let results: [TapeNode]
    let backward: Backward
  }

  private struct Record {
    var steps: [Step] = []
    var tracked: Set<TapeNode>
    /// How results are computed again that are not kept.
    var computed: [TapeNode: @Sendable (CPU) -> Tensor] = [:]
  }

  private let record: Mutex<Record>
  /// Where the gradients of the weights go.
  package let store: GradientStore
  /// How what steps keep is held.
  let precision: KeptPrecision

  /// A tape on which the parameters of the store are the beginning.
  ///
  /// - Parameter inputs: other tensors whose gradients are wanted.
  init(store: GradientStore, inputs: [Tensor] = [], precision: KeptPrecision) {
    self.store = store
    self.precision = precision
    record = Mutex(Record(tracked: store.nodes.union(inputs.compactMap(\.node))))
  }

  /// Whether gradients flow to a tensor.
  func tracks(_ tensor: Tensor) -> Bool {
    guard let node = tensor.node else { return false }
    return record.withLock { $0.tracked.contains(node) }
  }

  /// An argument whose elements a step reads on the way back.
  func argument(_ tensor: Tensor, on cpu: CPU) -> KeptTensor {
    guard let node = tensor.node, let compute = record.withLock({ $0.computed[node] }) else {
      return KeptTensor(stored: kept(tensor, on: cpu))
    }
    return KeptTensor(place: tensor, computed: compute)
  }

  /// Notes a step and returns its results as the tape knows them.
  ///
  /// - Parameter computed: gives the only result again, to the same bits, from what `backward` keeps too.
  func append(
    results: [Tensor], computed: (@Sendable (CPU) -> Tensor)? = nil,
    _ backward: @escaping @Sendable ([Tensor]) -> Backward
  ) -> [Tensor] {
    let known = results.map { $0.with(node: TapeNode()) }
    let nodes = known.compactMap(\.node)
    let step = Step(results: nodes, backward: backward(known.map(\.hollow)))
    record.withLock { record in
      record.steps.append(step)
      record.tracked.formUnion(nodes)
      if let computed, let node = nodes.first { record.computed[node] = computed }
    }
    return known
  }

  /// Goes back over the steps from the given gradients, which end in ``store``.
  ///
  /// - Parameter seeds: results of the tape with their gradients.
  /// - Returns: where the gradients of tensors other than parameters are, among them those of the inputs.
  func goBack(from seeds: [(result: Tensor, gradient: Tensor)], on cpu: CPU) -> GradientFlow {
    var flow = GradientFlow(tape: self, cpu: cpu)
    for seed in seeds { flow.add(seed.gradient, to: seed.result) }
    while let step = popLast() {
      if step.results.contains(where: flow.hasGradient) { step.backward(&flow) }
    }
    return flow
  }

  /// The last step that is left. What its results are computed from is free with it: whoever reads them came later.
  private func popLast() -> Step? {
    record.withLock { record in
      guard let step = record.steps.popLast() else { return nil }
      for node in step.results { record.computed[node] = nil }
      return step
    }
  }
}
