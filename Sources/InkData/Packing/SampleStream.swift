/// The samples of a mixture: examples are drawn until one gives samples.
struct SampleStream<Task: TrainingTask>: Sendable {
  private var examples: ExampleStream
  private let task: Task
  private let skipped: Set<SampleFault>
  private(set) var report = SampleReport()

  init(_ examples: ExampleStream, task: Task, skipped: Set<SampleFault>) {
    self.examples = examples
    self.task = task
    self.skipped = skipped
  }

  var cursor: StreamCursor { examples.cursor }

  /// The samples of the next example that has any, and the place before it; nil at the end.
  /// - Throws: `DataError` for an example that cannot be used, and where a long run of examples all give nothing.
  mutating func next() throws(DataError) -> (samples: [Task.Sample], start: StreamCursor)? {
    let mixture = examples.mixture
    // Without a limit a mixture that never ends and gives nothing would be read for ever.
    let patience = mixture.recordCount * 2 + 1_000
    for _ in 0..<patience {
      let start = examples.cursor
      guard let draw = examples.next() else { return nil }
      report.drawnCount += 1
      do throws(DataError) {
        let example = try mixture.datasets[draw.source].example(at: draw.record)
        let samples = try task.samples(of: example, draw: draw).filter { $0.tokenCount > 0 }
        if !samples.isEmpty { return (samples, start) }
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
