extension SafetensorsWriter.Sharding {
  /// The tensors of each file, in order; files of other formats are filled the same way.
  func groups(_ plans: [PlannedTensor]) -> [[PlannedTensor]] {
    guard case .limit(let limit) = self else { return [plans] }
    var groups: [[PlannedTensor]] = [[]]
    var filled = 0
    for plan in plans {
      if filled > 0, plan.info.byteCount > limit - filled {
        groups.append([])
        filled = 0
      }
      groups[groups.count - 1].append(plan)
      filled += plan.info.byteCount
    }
    return groups
  }
}
