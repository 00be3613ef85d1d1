/// When a step changes weights. The bits are the same.
package enum UpdateTime: Sendable, Hashable {
  /// When all gradients are known: what is done with one depends on the others, or others add to it.
  case afterAllGradients
  /// Each weight on the way back, as soon as its gradient is whole, so that few gradients are there at a time (Lv et al.,
  /// 2023, "Full Parameter Fine-tuning for Large Language Models with Limited Resources").
  case onTheWayBack
}

extension TrainerSettings {
  /// When weights change.
  ///
  /// - Parameters:
  ///   - processes: of the run.
  ///   - ranks: what is given out by the gradients of a whole step, if anything.
  func updateTime(processes: Int, ranks: RankSchedule?) -> UpdateTime {
    guard processes == 1, sharing == nil, adversarial == nil, ranks == nil else { return .afterAllGradients }
    switch clipping {
    case .norm: return .afterAllGradients
    case .none, .value: return .onTheWayBack
    }
  }
}
