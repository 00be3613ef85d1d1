/// The batches of a mixture for a task, one after the other, from any place again.
///
/// ```swift
/// var batches = try BatchStream(mixture, task: task, plan: BatchPlan(size: .rows(16)))
/// while let step = try batches.next() {
///   for part in step.parts { … }
///   checkpoint.data = batches.position
/// }
/// ```
public struct BatchStream<Task: TrainingTask>: Sendable {
  /// How rows become batches.
  public let plan: BatchPlan
  private let task: Task
  private let fingerprint: UInt64
  private var source: ShuffledRows<Task>
  private var batches: Int
  /// A row that did not fit into the last batch, and the place behind it.
  private var waiting: [Task.Sample]?
  private var place: ShuffledRows<Task>.Place

  /// Opens a stream.
  ///
  /// - Parameters:
  ///   - mixture: where examples come from.
  ///   - task: what they become.
  ///   - plan: how they are put together.
  ///   - position: where to go on; nil means the beginning.
  /// - Throws: `DataError` for a plan that cannot be, and for a position of other data or settings.
  public init(
    _ mixture: DataMixture, task: Task, plan: BatchPlan, at position: DataPosition? = nil
  ) throws(DataError) {
    try plan.check()
    try plan.packing.check(Task.Sample.division)
    self.plan = plan
    self.task = task
    var hash = ContentHash()
    hash.add(mixture.fingerprint)
    plan.packing.add(to: &hash)
    fingerprint = hash.value
    if let position,
      position.fingerprint != fingerprint || position.taken < 0 || position.given < 0
        || !(0..<Int.max / 2).contains(position.batches) || !(position.counts?.isPossible ?? true)
    {
      throw DataError(
        .invalidSetting, context: "position in the data",
        expected: "one of these data, weights, columns, packing and seed", found: "one of others",
        hint: "Data or settings changed since the checkpoint was written: start anew, or restore them.")
    }
    let examples = try position.map { position throws(DataError) in try mixture.stream(at: position.cursor) }
    let samples = SampleStream(
      examples ?? mixture.stream(), task: task, skipped: plan.skipped,
      counts: position?.counts ?? SampleCounts())
    let rows = try RowSource(samples, packing: plan.packing, taken: position?.taken ?? 0)
    source = try ShuffledRows(rows, window: plan.packing.rowWindow, seed: mixture.seed, given: position?.given ?? 0)
    batches = position?.batches ?? 0
    place = source.place
  }

  /// The place of the next batch.
  public var position: DataPosition {
    DataPosition(
      fingerprint: fingerprint, batches: batches, cursor: place.start.cursor, taken: place.start.taken,
      given: place.given, counts: place.start.counts)
  }

  /// What became of the examples, those before the place where the stream was opened among them.
  public var report: SampleReport { source.report }

  /// The next batch; nil at the end.
  /// - Throws: `DataError` for an example that cannot be used.
  public mutating func next() throws(DataError) -> BatchStep<Task.Batch>? {
    var rows: [[Task.Sample]] = []
    var tokens = 0
    while true {
      if case .rows(let count) = plan.size, rows.count == count { break }
      guard let row = try nextRow() else {
        // The end: what is there is a batch that may not be full.
        if rows.isEmpty || plan.lastBatch == .drop { return nil }
        break
      }
      let count = row.reduce(0) { $0 + $1.tokenCount }
      if case .tokens(let limit) = plan.size, !rows.isEmpty, tokens + count > limit {
        waiting = row
        break
      }
      waiting = nil
      rows.append(row)
      tokens += count
      place = source.place
    }
    batches += 1
    return step(of: rows)
  }

  private mutating func nextRow() throws(DataError) -> [Task.Sample]? {
    if let waiting { return waiting }
    return try source.next()
  }

  private func step(of rows: [[Task.Sample]]) -> BatchStep<Task.Batch> {
    let count = min(plan.accumulation, rows.count)
    let parts = (0..<count).map { part in
      let range = rows.count * part / count..<rows.count * (part + 1) / count
      return task.batch(of: rows[range].flatMap { $0 })
    }
    return BatchStep(parts: parts, lossWeight: parts.reduce(0) { $0 + $1.lossWeight }, rowCount: rows.count)
  }
}
