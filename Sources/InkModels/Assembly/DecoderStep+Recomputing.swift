import InkNN
import InkTensor
import Synchronization

extension DecoderStep {
  /// What a layer makes of tensors, computed again on the way back instead of keeping what lies between.
  func recomputing(
    _ inputs: [Tensor], _ layer: @escaping @Sendable (DecoderStep, [Tensor]) -> Tensor
  ) -> Tensor {
    recomputing(inputs) { step, inputs in [layer(step, inputs)] }[0]
  }

  /// A decoder's layer, whose routers are observed in the first pass alone: what they said is a result of the layer, so
  /// that losses of it have gradients.
  func recomputing(_ block: any DecoderBlock, _ x: Tensor) -> Tensor {
    guard let observer = expertObserver else {
      return recomputing([x]) { step, inputs in block(inputs[0], step: step) }
    }
    let first = ExpertChoices()
    let results = recomputing([x]) { step, inputs in
      let own = ExpertChoices()
      var observed = step
      observed.expertObserver = { own.append($0) }
      let result = block(inputs[0], step: observed)
      first.fill(with: own)
      return [result] + own.all.map(\.logits)
    }
    for (choice, logits) in zip(first.all, results.dropFirst()) {
      observer(ExpertChoice(logits: logits, assignment: choice.assignment))
    }
    return results[0]
  }

  private var trainedDistances: Tensor? {
    switch distances {
    case .table(let table): table
    case .made, nil: nil
    }
  }

  private func recomputing(
    _ inputs: [Tensor], _ layer: @escaping @Sendable (DecoderStep, [Tensor]) -> [Tensor]
  ) -> [Tensor] {
    // The numbers of distances and the rows of prefixes are inputs too, so that gradients come to them.
    let rows = prefixes.flatMap(\.tensors)
    let table = trainedDistances.map { [$0] } ?? []
    return cpu.checkpointed(inputs + rows + table) { cpu, all in
      let known = Array(all.dropFirst(inputs.count).prefix(rows.count))
      let distances = table.isEmpty ? self.distances : .table(all[all.count - 1])
      let step = self.on(cpu, distances: distances).on(cpu, prefixes: known)
      return layer(step, Array(all.prefix(inputs.count)))
    }
  }
}

/// What the routers of a layer decided in one pass.
private final class ExpertChoices: Sendable {
  private let choices = Mutex<[ExpertChoice]>([])

  var all: [ExpertChoice] { choices.withLock { $0 } }

  func append(_ choice: ExpertChoice) { choices.withLock { $0.append(choice) } }

  /// Takes over the choices of another, unless there are some.
  func fill(with other: ExpertChoices) {
    let found = other.all
    choices.withLock { if $0.isEmpty { $0 = found } }
  }
}
