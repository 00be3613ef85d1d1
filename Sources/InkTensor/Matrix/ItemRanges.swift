/// Items of several jobs numbered through, so that one dispatch runs them all.
struct ItemRanges {
  /// The number of each job's first item, and of all items.
  private let starts: [Int]

  init(_ counts: [Int]) {
    var starts = [0]
    starts.reserveCapacity(counts.count + 1)
    for count in counts { starts.append(starts[starts.count - 1] + count) }
    self.starts = starts
  }

  /// Runs `body` with a job and some of its items, each item once, on any thread.
  func run(on threads: ThreadPool, _ body: (_ job: Int, _ items: Range<Int>) -> Void) {
    threads.run(count: starts[starts.count - 1]) { chunk in
      var job = self.job(of: chunk.lowerBound)
      var item = chunk.lowerBound
      while item < chunk.upperBound {
        let end = min(chunk.upperBound, starts[job + 1])
        if item < end { body(job, item - starts[job]..<end - starts[job]) }
        item = end
        job += 1
      }
    }
  }

  /// The last job that begins at or before an item.
  private func job(of item: Int) -> Int {
    var (low, high) = (0, starts.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= item { low = middle } else { high = middle }
    }
    return low
  }
}
