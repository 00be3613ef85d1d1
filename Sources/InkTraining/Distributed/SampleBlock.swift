/// The part of a step's work that a process does.
package enum SampleBlock {
  /// The positions that belong to a rank: a run of consecutive ones, as even as they go, the first ranks having one more. With
  /// fewer positions than processes, the last ranks have none and still take part in the sums.
  ///
  /// - Parameters:
  ///   - count: the samples (or the batches that are accumulated) of a step, over all processes.
  ///   - size: the number of processes.
  package static func range(of rank: Int, in count: Int, size: Int) -> Range<Int> {
    let (size, count) = (max(size, 1), max(count, 0))
    func start(_ rank: Int) -> Int { count / size * rank + min(rank, count % size) }
    return start(rank)..<start(rank + 1)
  }
}
