/// The samples of a mixture: examples are drawn until one gives samples.
struct SampleStream<Task: TrainingTask>: Sendable {
  private var examples: ExampleStream
  private let task: Task
  private let skipped: Set<SampleFault>
  private(set) var report: SampleReport

  /// - Parameter counts: of the examples before these.
  init(_ examples: ExampleStream, task: Task, skipped: Set<SampleFault>, counts: SampleCounts) {
    self.examples = examples
    report = SampleReport(counts)
    self.task = task
    self.skipped = skipped
  }

  var cursor: StreamCursor { examples.cursor }

  /// The samples of one example, the place before it, and what was counted until there.
  struct Found {
    let samples: [Task.Sample]
    let start: StreamCursor
    let counts: SampleCounts
  }

  /// The next example that has samples; nil at the end.
  /// - Throws: `DataError` for an example that cannot be used, and where a long run of examples all give nothing.
  mutating func next() throws(DataError) -> Found? {
    let mixture = examples.mixture
    // Without a limit a mixture that never ends and gives nothing would be read for ever.
    let patience = mixture.recordCount * 2 + 1_000
    for _ in 0..<patience {
      let (start, counts) = (examples.cursor, report.counts)
      guard let draw = examples.next() else { return nil }
      report.counts.drawn += 1
      do throws(DataError) {
        let example = try mixture.datasets[draw.source].example(at: draw.record)
        let samples = try task.samples(of: example, draw: draw).filter { $0.tokenCount > 0 }
        if !samples.isEmpty { return Found(samples: samples, start: start, counts: counts) }
      } catch {
        guard let fault = SampleFault(error), skipped.contains(fault) else { throw error }
        report.skip(fault, error)
      }
    }
    throw DataError(
      .emptyMask, context: "sources \(mixture.datasets.map(\.source.name).joined(separator: ", "))",
      expected: "examples that give samples", found: "none in \(patience) examples",
      hint: report.firstFaults.first.map { "The first reason: \($0)" } ?? "")
  }
}
