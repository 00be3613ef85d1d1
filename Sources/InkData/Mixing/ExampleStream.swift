/// The examples of a mixture, one after the other.
public struct ExampleStream: Sendable {
  /// What examples are drawn from.
  public let mixture: DataMixture
  /// How far it has been read.
  public private(set) var cursor: StreamCursor

  init(_ mixture: DataMixture, at cursor: StreamCursor) {
    self.mixture = mixture
    self.cursor = cursor
  }

  /// The next draw; nil at the end.
  public mutating func next() -> ExampleDraw? {
    let active = activeSources()
    guard !active.isEmpty else { return nil }
    let source = chosen(of: active)
    let dataset = mixture.datasets[source]
    let place = cursor.sources[source]
    let record: Int
    switch mixture.order {
    case .given: record = place.index
    case .shuffled:
      let random = CountedRandom(
        seed: mixture.seed, for: .order, UInt64(truncatingIfNeeded: source), UInt64(truncatingIfNeeded: place.epoch))
      record = IndexPermutation(count: dataset.count, random: random)[place.index]
    }
    cursor.draws &+= 1
    cursor.sources[source].index += 1
    if cursor.sources[source].index >= dataset.count {
      cursor.sources[source].index = 0
      cursor.sources[source].epoch += 1
    }
    return ExampleDraw(
      source: source, epoch: place.epoch, record: record, seed: mixture.seed, origin: dataset.origin(at: record))
  }

  /// The sources that may come next; none at the end.
  private func activeSources() -> [Int] {
    let epochs = cursor.sources.map(\.epoch)
    let all = Array(epochs.indices)
    switch mixture.exhaustion {
    case .never: return all
    case .firstSource(let passes): return epochs.contains { $0 >= passes } ? [] : all
    case .allSources(let passes): return epochs.allSatisfy { $0 >= passes } ? [] : all
    case .everyRecord(let passes): return all.filter { epochs[$0] < passes }
    }
  }

  private func chosen(of active: [Int]) -> Int {
    guard active.count > 1 else { return active[0] }
    let total = active.reduce(0) { $0 + mixture.shares[$1] }
    var rest = CountedRandom(seed: mixture.seed, for: .mixing).uniform(at: cursor.draws) * total
    for source in active {
      rest -= mixture.shares[source]
      if rest < 0 { return source }
    }
    return active[active.count - 1]
  }
}
