/// The rows of a source in windows, each in an order that is drawn at random.
///
/// Where samples are concatenated, the rows of a long document follow each other, and without this whole batches would be of
/// one document. A place is the one before the window and how many rows of the window were given out; the order is drawn
/// from the seed and the place before the window, so the same rows follow from there.
struct ShuffledRows<Task: TrainingTask>: Sendable {
  /// A place between two rows.
  struct Place: Sendable, Hashable {
    /// The place before the window.
    var start: RowSource<Task>.Place
    /// Rows of the window that were given out.
    var given = 0
  }

  private var source: RowSource<Task>
  private let window: Int
  private let seed: UInt64
  /// The rows of the window that are still to come, the next one last.
  private var rows: [[Task.Sample]] = []
  private(set) var place: Place

  /// - Parameters:
  ///   - window: how many rows change places; rows keep the source's order with 1.
  ///   - given: how many rows of the window at the source's place were given out already.
  /// - Throws: `DataError` for a place that these rows do not have.
  init(_ source: RowSource<Task>, window: Int, seed: UInt64, given: Int) throws(DataError) {
    self.source = source
    self.window = window
    self.seed = seed
    place = Place(start: source.place)
    for _ in 0..<given {
      guard try next() != nil, place.given > 0 else {
        throw DataError(
          .invalidSetting, context: "position in the data", expected: "a place between two rows",
          found: "one that these data do not have", hint: "The data or the settings changed since it was stored.")
      }
    }
  }

  var report: SampleReport { source.report }

  /// The next row; nil at the end.
  mutating func next() throws(DataError) -> [Task.Sample]? {
    guard window > 1 else {
      let row = try source.next()
      place = Place(start: source.place)
      return row
    }
    if rows.isEmpty { try fillWindow() }
    guard let row = rows.popLast() else { return nil }
    place.given += 1
    if rows.isEmpty { place = Place(start: source.place) }
    return row
  }

  private mutating func fillWindow() throws(DataError) {
    place = Place(start: source.place)
    while rows.count < window, let row = try source.next() { rows.append(row) }
    var random = CountedRandom(
      seed: seed, for: .rows, place.start.cursor.draws, UInt64(truncatingIfNeeded: place.start.taken))
    for last in stride(from: rows.count - 1, to: 0, by: -1) {
      rows.swapAt(last, random.nextInteger(below: last + 1))
    }
  }
}
