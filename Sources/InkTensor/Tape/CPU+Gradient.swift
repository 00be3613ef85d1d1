extension CPU {
  /// A number and its gradients with respect to some weights.
  ///
  /// What `body` computes on the backend that it is handed, of these weights or of what depends on them, is recorded for
  /// the way back and forgotten at the end; nothing else is.
  ///
  /// - Parameters:
  ///   - store: the weights, and where their gradients are added to what is there.
  ///   - precision: how what lies between operations is kept.
  ///   - whole: gets weights as soon as nothing more is added to their gradients.
  ///   - body: gives a tensor of one element.
  /// - Returns: the tensor, without its place on the tape.
  package func valueAndGradient<Failure: Error>(
    of store: GradientStore, keeping precision: KeptPrecision = .f32, whole: WholeGradients? = nil,
    _ body: (CPU) throws(Failure) -> Tensor
  ) throws(Failure) -> Tensor {
    let tape = Tape(store: store, precision: precision)
    let value = try body(recording(on: tape))
    if value.elementCount != 1 { trap("valueAndGradient", "a value of shape \(value.shape)") }
    _ = tape.goBack(from: [(value, Tensor([1], shape: value.shape))], on: withoutTape, whole: whole)
    return value.detached
  }

  /// What `body` makes of `inputs`, computed again on the way back instead of keeping what lies between (Chen et al.,
  /// 2016, "Training Deep Nets with Sublinear Memory Cost").
  ///
  /// - Parameter body: gives the same bits each time; it may use weights of the tape besides its inputs.
  package func checkpointed(
    _ inputs: [Tensor], _ body: @escaping @Sendable (CPU, [Tensor]) -> [Tensor]
  ) -> [Tensor] {
    guard let tape else { return body(self, inputs) }
    let (store, precision) = (tape.store, tape.precision)
    let uses = Tape(notingUsesOf: store, inputs: inputs)
    let results = body(recording(on: uses), inputs)
    let inputs = inputs.map { tape.kept($0, on: self) }
    return tape.append(results: results, of: inputs + uses.usedParameters) { results in
      { flow in
        let gradients = results.map { flow.take($0) }
        let fresh = inputs.map { input in
          let input = flow.cpu.widened(input)
          return flow.wants(input) ? input.asParameter() : input.detachedUnless(store)
        }
        let inner = Tape(store: store, inputs: fresh, precision: precision)
        let again = body(flow.cpu.recording(on: inner), fresh)
        let seeds = zip(again, gradients).compactMap { result, gradient in
          result.node == nil ? nil : gradient.map { (result: result, gradient: $0) }
        }
        // To weights that are inputs the last part comes behind the inner way back.
        let handedIn = Set(inputs.compactMap { $0.node.flatMap(store.position(of:)) })
        let whole: WholeGradients? = flow.whole.map { whole in { whole($0.filter { !handedIn.contains($0) }) } }
        var found = inner.goBack(from: seeds, on: flow.cpu, whole: whole)
        for (input, known) in zip(inputs, fresh) {
          if let gradient = found.take(known) { flow.add(gradient, to: input) }
        }
      }
    }
  }

  /// Whether operations on this backend are recorded.
  package var isRecording: Bool { tape != nil }
}

extension Tensor {
  /// The tensor without its identity, unless that is one of the store's.
  fileprivate func detachedUnless(_ store: GradientStore) -> Tensor {
    guard let node, store.holds(node) else { return detached }
    return self
  }
}
