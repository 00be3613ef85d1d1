import Synchronization

/// What was computed from the tensors that gradients are wanted for, in order, with what each step needs to be undone
/// (reverse-mode automatic differentiation; Linnainmaa, 1970).
///
/// It lives as long as the closure that it is scoped to (``CPU/valueAndGradient(of:_:)``). Going back frees each step
/// as it is passed, so that memory falls on the way.
package final class Tape: Sendable {
  /// Gives the gradients of a step's arguments, when that of a result is known.
  typealias Backward = @Sendable (inout GradientFlow) -> Void

  /// What a tape is for.
  private enum Purpose {
    case gradients
    /// To tell which weights steps read; there is no way back.
    case uses
  }

  private struct Step {
    let results: [TapeNode]
    /// Positions of the weights that it reads: its gradients flow to no others.
    let uses: [Int]
    /// Positions of the weights that no step before this one reads: once it is passed, their gradients are whole.
    let firstUses: [Int]
    let backward: Backward
  }

  private struct Record {
    var steps: [Step] = []
    var tracked: Set<TapeNode>
    /// Positions of the weights that some step reads.
    var used: Set<Int> = []
    /// How results are computed again that are not kept.
    var computed: [TapeNode: @Sendable (CPU) -> Tensor] = [:]
  }

  private let record: Mutex<Record>
  /// Where the gradients of the weights go.
  package let store: GradientStore
  /// How what steps keep is held.
  let precision: KeptPrecision
  private let purpose: Purpose

  /// A tape on which the parameters of the store are the beginning.
  ///
  /// - Parameter inputs: other tensors whose gradients are wanted.
  init(store: GradientStore, inputs: [Tensor] = [], precision: KeptPrecision) {
    self.store = store
    self.precision = precision
    purpose = .gradients
    record = Mutex(Record(tracked: store.nodes.union(inputs.compactMap(\.node))))
  }

  /// A tape that notes which weights of a store are read, and keeps nothing.
  init(notingUsesOf store: GradientStore, inputs: [Tensor]) {
    self.store = store
    precision = .f32
    purpose = .uses
    record = Mutex(Record(tracked: store.nodes.union(inputs.compactMap(\.node))))
  }

  /// The weights that steps read.
  var usedParameters: [Tensor] { record.withLock { $0.used.sorted() }.map { store.parameters[$0] } }

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
  /// - Parameters:
  ///   - inputs: all tensors that gradients of the results flow to.
  ///   - computed: gives the only result again, to the same bits, from what `backward` keeps too.
  func append(
    results: [Tensor], of inputs: [Tensor], computed: (@Sendable (CPU) -> Tensor)? = nil,
    _ backward: @Sendable ([Tensor]) -> Backward
  ) -> [Tensor] {
    let known = results.map { $0.with(node: TapeNode()) }
    let nodes = known.compactMap(\.node)
    let uses = inputs.compactMap { $0.node.flatMap(store.position(of:)) }
    record.withLock { record in
      record.tracked.formUnion(nodes)
      var firstUses: [Int] = []
      for use in uses where record.used.insert(use).inserted { firstUses.append(use) }
      switch purpose {
      case .uses: return
      case .gradients:
        record.steps.append(
          Step(results: nodes, uses: uses, firstUses: firstUses, backward: backward(known.map(\.hollow))))
        if let computed, let node = nodes.first { record.computed[node] = computed }
      }
    }
    return known
  }

  /// Goes back over the steps from the given gradients, which end in ``store``.
  ///
  /// - Parameters:
  ///   - seeds: results of the tape with their gradients.
  ///   - whole: gets the positions of weights to whose gradients nothing more is added; of some several times.
  /// - Returns: where the gradients of tensors other than parameters are, among them those of the inputs.
  func goBack(
    from seeds: [(result: Tensor, gradient: Tensor)], on cpu: CPU, whole: WholeGradients? = nil
  ) -> GradientFlow {
    var flow = GradientFlow(tape: self, cpu: cpu)
    for seed in seeds { flow.add(seed.gradient, to: seed.result) }
    while let step = popLast() {
      if step.results.contains(where: flow.hasGradient) {
        flow.uses = step.uses
        flow.whole = whole.map { whole in { whole($0.filter(step.firstUses.contains)) } }
        step.backward(&flow)
      }
      if let whole, !step.firstUses.isEmpty { whole(step.firstUses) }
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
