/// A list, and how often its scores count.
package struct TimedScoreList: Sendable {
  /// The list.
  package var list: ScoreList
  /// How often each score counts, at least once.
  package var times: Int

  /// A list that counts so often.
  package init(_ list: ScoreList, times: Int) {
    self.list = list
    self.times = times
  }
}
