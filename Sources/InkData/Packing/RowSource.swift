/// The rows of a mixture, and the place from which the next ones come again.
///
/// Samples are fetched in windows. A place is the cursor before the window and how much of the window was given out, so
/// it is small, and reading on from it repeats the same work.
struct RowSource<Task: TrainingTask>: Sendable {
  /// A place between two rows.
  struct Place: Sendable, Hashable {
    var cursor: StreamCursor
    /// Rows of the window, or tokens where samples are concatenated.
    var taken = 0
    /// What was counted before the window.
    var counts: SampleCounts
  }

  private var samples: SampleStream<Task>
  private let packing: Packing
  /// The rows of the window that are still to come, the next one last.
  private var rows: [[Task.Sample]] = []
  /// The samples of the window that are still to come where they are concatenated, the next one last.
  private var pending: [Task.Sample] = []
  private(set) var place: Place

  /// - Throws: `DataError` for a place that these samples do not have.
  init(_ samples: SampleStream<Task>, packing: Packing, taken: Int) throws(DataError) {
    self.samples = samples
    self.packing = packing
    place = Place(cursor: samples.cursor, counts: samples.report.counts)
    if taken > 0 { try skip(taken) }
  }

  var report: SampleReport { samples.report }

  /// The next row; nil at the end.
  mutating func next() throws(DataError) -> [Task.Sample]? {
    switch packing {
    case .none: return try nextWhole(capacity: nil, window: 1)
    case .bestFit(let length, let window): return try nextWhole(capacity: length, window: window)
    case .concatenate(let length, _): return try nextConcatenated(length)
    }
  }

  // MARK: Whole samples

  private mutating func nextWhole(capacity: Int?, window: Int) throws(DataError) -> [Task.Sample]? {
    if rows.isEmpty { try fillWindow(capacity: capacity, window: window) }
    guard let row = rows.popLast() else { return nil }
    place.taken += 1
    if rows.isEmpty { place = Place(cursor: samples.cursor, counts: samples.report.counts) }
    return row
  }

  private mutating func fillWindow(capacity: Int?, window: Int) throws(DataError) {
    var found: [Task.Sample] = []
    while found.count < window, let next = try samples.next() {
      if found.isEmpty { place = Place(cursor: next.start, counts: next.counts) }
      found += next.samples
    }
    guard let capacity else {
      rows = found.reversed().map { [$0] }
      return
    }
    if let long = found.first(where: { $0.tokenCount > capacity }) {
      throw DataError(
        .tooLong, context: "\(long.origin)", expected: "at most \(capacity) tokens, the length of a row",
        found: "\(long.tokenCount)", hint: "Make the context at most as long as a row.")
    }
    rows = BestFit.rows(of: found.map(\.tokenCount), capacity: capacity).reversed().map { $0.map { found[$0] } }
  }

  // MARK: Concatenated samples

  private mutating func nextConcatenated(_ length: Int) throws(DataError) -> [Task.Sample]? {
    var row: [Task.Sample] = []
    var room = length
    while room > 0 {
      if pending.isEmpty {
        guard let next = try samples.next() else { break }
        place = Place(cursor: next.start, counts: next.counts)
        pending = next.samples.reversed()
      }
      guard let part = takePart(atMost: room) else { break }
      row.append(part)
      room -= part.tokenCount
    }
    if pending.isEmpty { place = Place(cursor: samples.cursor, counts: samples.report.counts) }
    return row.isEmpty ? nil : row
  }

  /// The next sample, or as much of it as there is room for.
  private mutating func takePart(atMost room: Int) -> Task.Sample? {
    guard let sample = pending.popLast() else { return nil }
    guard sample.tokenCount > room, let (first, rest) = sample.divided(at: room) else {
      place.taken += sample.tokenCount
      return sample
    }
    pending.append(rest)
    place.taken += room
    return first
  }

  // MARK: Going to a place

  private mutating func skip(_ count: Int) throws(DataError) {
    switch packing {
    case .none, .bestFit:
      for _ in 0..<count {
        guard try next() != nil, place.taken > 0 else { throw elsewhere() }
      }
    case .concatenate:
      guard let next = try samples.next() else { throw elsewhere() }
      place = Place(cursor: next.start, counts: next.counts)
      pending = next.samples.reversed()
      var rest = count
      while rest > 0 {
        guard let part = takePart(atMost: rest) else { throw elsewhere() }
        rest -= part.tokenCount
      }
      guard rest == 0, !pending.isEmpty else { throw elsewhere() }
    }
  }

  private func elsewhere() -> DataError {
    DataError(
      .invalidSetting, context: "position in the data", expected: "a place between two rows",
      found: "one that these data do not have", hint: "The data or the settings changed since it was stored.")
  }
}
