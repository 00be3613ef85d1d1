package import InkNN

/// Which modules share ranks, and when some of these are taken away (Zhang et al., 2023, "AdaLoRA").
package struct RankSchedule: Sendable {
  /// The modules.
  package let parts: [SingularParts]
  /// Steps before anything is taken away.
  package let warmUp: Int
  /// Steps at the end, in which the ranks stay.
  package let final: Int
  /// Steps between two decisions.
  package let interval: Int
  /// The mean rank that is left.
  package let target: Int
  /// The share of the old value in the mean of the sensitivity.
  package let sensitivityDecay: Float
  /// The same for its uncertainty.
  package let uncertaintyDecay: Float
  /// What the distance of the outer matrices from orthonormal ones is multiplied with in the loss.
  package let orthogonality: Float
  /// Steps of the whole run.
  package let steps: Int

  package init(
    parts: [SingularParts], target: Int, warmUp: Int, final: Int, interval: Int, sensitivityDecay: Float,
    uncertaintyDecay: Float, orthogonality: Float, steps: Int
  ) {
    self.parts = parts
    self.target = target
    self.warmUp = warmUp
    self.final = final
    self.interval = max(interval, 1)
    self.sensitivityDecay = sensitivityDecay
    self.uncertaintyDecay = uncertaintyDecay
    self.orthogonality = orthogonality
    self.steps = steps
  }

  /// What becomes of ranks behind a step.
  enum Decision: Hashable {
    /// Nothing is decided.
    case none
    /// So many stay, of all modules together.
    case keep(Int)
    /// Those that were left stay.
    case asDecided
  }

  /// What is decided when so many steps were done: along a cubic curve from all ranks down to the target.
  func decision(after step: Int) -> Decision {
    let last = steps - final
    if step > last { return .asDecided }
    let all = parts.reduce(0) { $0 + $1.rank }
    let left = min(target * parts.count, all)
    if step == last { return .keep(left) }
    guard step > warmUp, step % interval == 0 else { return .none }
    let rest = 1 - Double(step - warmUp) / Double(max(last - warmUp, 1))
    return .keep(Int(Double(all - left) * rest * rest * rest + Double(left)))
  }
}
