import InkTensor
import Synchronization

/// Counts how many tokens each expert of each layer was given, over as many steps as it observes.
///
/// ```swift
/// let load = ExpertLoad()
/// let hidden = decoder.hiddenStates(tokens: ids, segments: segments, experts: load.observer, on: cpu)
/// for layer in load.layers { print(layer.index, layer.counts) }
/// ```
package final class ExpertLoad: Sendable {
  /// The counts of one layer.
  package struct Layer: Sendable, Hashable {
    /// The number of the layer in the decoder.
    package let index: Int
    /// Tokens given to each expert.
    package let counts: [Int]

    /// The largest count as a multiple of the mean: 1 when all experts have the same load.
    package var imbalance: Double {
      let total = counts.reduce(0, +)
      return total == 0 ? 1 : Double((counts.max() ?? 0) * counts.count) / Double(total)
    }
  }

  private let counts = Mutex<[Int: [Int]]>([:])

  package init() {}

  /// What a step is given.
  package var observer: ExpertObserver {
    { layer, choice in self.record(choice, layer: layer) }
  }

  /// The layers that have experts, in order.
  package var layers: [Layer] {
    counts.withLock { $0.sorted { $0.key < $1.key }.map { Layer(index: $0.key, counts: $0.value) } }
  }

  private func record(_ choice: ExpertChoice, layer: Int) {
    let assignment = choice.assignment
    counts.withLock { counts in
      var own = counts[layer] ?? [Int](repeating: 0, count: choice.logits.shape[1])
      for (expert, slots) in zip(assignment.used, assignment.groups) { own[expert] += slots.count }
      counts[layer] = own
    }
  }
}
