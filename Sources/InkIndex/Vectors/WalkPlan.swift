/// How a graph is searched.
struct WalkPlan {
  /// How many to find.
  let count: Int
  /// Candidates that the walk keeps.
  let effort: Int
  /// The candidates whose exact scores are looked at; their guiding scores, of codes, are off by less than the distance
  /// between neighbours this far apart.
  let rescored: Int

  /// Vectors that a walk compares for each candidate that it keeps, about.
  private static let comparisons = 24.0

  /// The plan for a search, or nil where looking at all that is allowed costs less: a walk keeps more candidates the
  /// fewer of them are allowed, so that it ends with the same number of allowed ones.
  init?(_ count: Int, _ effort: Int?, allowed: Int, members: Int) {
    self.count = min(count, allowed)
    guard self.count > 0 else { return nil }
    let kept = max(effort ?? max(64, count), self.count)
    let share = Double(allowed) / Double(members)
    let widened = Double(kept) / share
    guard Double(allowed) > Self.comparisons * widened else { return nil }
    self.effort = Int(widened.rounded(.up))
    rescored = max(2 * self.count, self.count + 16)
  }
}
