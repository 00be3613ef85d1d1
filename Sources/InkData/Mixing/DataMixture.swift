/// Several sources of which examples are drawn by weight.
///
/// Which source comes next is a random number of seed and count; which of its records, a random order of seed, source and
/// epoch. Nothing depends on what was drawn before, so any place can be reached at once. Data of a general kind that guard
/// against forgetting are one more source with a small weight.
public struct DataMixture: Sendable {
  /// The sources.
  public let datasets: [Dataset]
  /// The share of each source in the draws; together 1.
  public let shares: [Double]
  /// Everything random follows from it.
  public let seed: UInt64
  /// In which order records come.
  public let order: RecordOrder
  /// When it ends.
  public let exhaustion: Exhaustion

  /// - Throws: `DataError` for no sources, for weights that are not positive or are given for some sources only, and for
  ///   an end before the beginning.
  public init(
    _ datasets: [Dataset], seed: UInt64, order: RecordOrder = .shuffled, exhaustion: Exhaustion = .never
  ) throws(DataError) {
    self.datasets = datasets
    self.seed = seed
    self.order = order
    self.exhaustion = exhaustion
    if let passes = exhaustion.passes, passes < 1 {
      throw DataError(.invalidSetting, context: "passes over the data", expected: "at least 1", found: "\(passes)")
    }
    let given = datasets.compactMap(\.source.weight)
    guard !datasets.isEmpty, given.isEmpty || given.count == datasets.count else {
      let without = datasets.filter { $0.source.weight == nil }.map(\.source.name)
      throw DataError(
        .invalidSetting, context: "weights of sources", expected: "a weight for every source or for none",
        found: datasets.isEmpty ? "no source" : "none for \(without.joined(separator: ", "))")
    }
    for dataset in datasets {
      guard let weight = dataset.source.weight, !(weight > 0 && weight.isFinite) else { continue }
      throw DataError(
        .invalidSetting, context: "weight of source \(dataset.source.name)", expected: "a number above 0",
        found: "\(weight)", hint: "Leave the source out if nothing is to come from it.")
    }
    let weights = given.isEmpty ? datasets.map { Double($0.count) } : given
    let total = weights.reduce(0, +)
    shares = weights.map { $0 / total }
  }

  /// How many records all sources have together.
  public var recordCount: Int { datasets.reduce(0) { $0 + $1.count } }

  /// A hash of everything that decides which example comes when.
  public var fingerprint: UInt64 {
    var hash = ContentHash()
    hash.add(seed)
    hash.add(order == .shuffled ? 1 : 0)
    for (dataset, share) in zip(datasets, shares) {
      hash.add(dataset.fingerprint)
      hash.add(share.bitPattern)
    }
    return hash.value
  }

  /// The examples from the beginning.
  public func stream() -> ExampleStream { ExampleStream(self, at: StreamCursor(sourceCount: datasets.count)) }

  /// The examples from a place.
  /// - Throws: `DataError` for a place that these sources do not have.
  public func stream(at cursor: StreamCursor) throws(DataError) -> ExampleStream {
    let fits =
      cursor.sources.count == datasets.count
      && zip(cursor.sources, datasets).allSatisfy {
        (0..<Int.max / 2).contains($0.epoch) && (0..<$1.count).contains($0.index)
      }
    guard fits else {
      throw DataError(
        .invalidSetting, context: "position in the data", expected: "a place in \(datasets.count) sources",
        found: "one of other sources", hint: "The data changed since the position was stored.")
    }
    return ExampleStream(self, at: cursor)
  }
}
