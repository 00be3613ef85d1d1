#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The numbers that a run noted, in the order of steps.
///
/// A line that is damaged is counted and left out: a log is worth reading after a crash too. Where a step was noted twice,
/// the later line holds.
public struct RunLog: Sendable, Hashable {
  /// What the steps did.
  public let steps: [StepReport]
  /// Losses on sets that are not trained on, by step; those of a step as they were noted.
  public let evaluations: [EvaluationResult]
  /// How fast the steps were; empty where it was not noted.
  public let timings: [StepTiming]
  /// What the model wrote, as it was noted.
  public let samples: [WrittenSample]
  /// What became of the data, where a run noted it at its end.
  public let data: DataSummary?
  /// Lines of all files that could not be read.
  public let damagedLines: Int

  /// Reads the log of a run.
  ///
  /// - Parameter folder: the run's folder.
  /// - Throws: `file` when there is no `metrics.jsonl` in it, or a file cannot be read.
  public init(folder: String) throws(TrainingError) {
    let metrics = "\(folder)/\(RunFiles.metrics)"
    guard LineFile.exists(metrics) else {
      throw TrainingError(
        .file, context: folder, expected: "the folder of a run", found: "none with \(RunFiles.metrics)",
        hint: "Name the folder that the run was told to write to.")
    }
    let decoder = JSONDecoder()
    var damaged = 0
    var steps: [StepReport] = []
    try LineFile.forEach(metrics, damaged: &damaged) { line in
      guard let step = try? decoder.decode(StepReport.self, from: line), step.isFinite else { return false }
      steps.append(step)
      return true
    }
    var evaluations: [EvaluationResult] = []
    try LineFile.forEach("\(folder)/\(RunFiles.evaluations)", damaged: &damaged) { line in
      guard let result = try? decoder.decode(EvaluationResult.self, from: line), result.loss.isFinite else {
        return false
      }
      evaluations.append(result)
      return true
    }
    var timings: [StepTiming] = []
    try LineFile.forEach("\(folder)/\(RunFiles.timings)", damaged: &damaged) { line in
      guard let timing = try? decoder.decode(StepTiming.self, from: line), timing.isFinite else { return false }
      timings.append(timing)
      return true
    }
    var samples: [WrittenSample] = []
    try LineFile.forEach("\(folder)/\(RunFiles.samples)", damaged: &damaged) { line in
      guard let sample = try? decoder.decode(WrittenSample.self, from: line) else { return false }
      samples.append(sample)
      return true
    }
    self.steps = RunLog.latest(steps) { $0.step }.sorted { $0.step < $1.step }
    self.timings = RunLog.latest(timings) { $0.step }.sorted { $0.step < $1.step }
    // Swift's sort is stable: the sets of a step stay in the order in which they were measured.
    self.evaluations = RunLog.latest(evaluations) { [String($0.step), $0.evaluation] }.sorted { $0.step < $1.step }
    self.samples = samples
    let summary = try LineFile.bytes("\(folder)/\(RunFiles.summary)")
    data = summary.flatMap { try? decoder.decode(DataSummary.self, from: Data($0)) }
    if summary != nil, data == nil { damaged += 1 }
    damagedLines = damaged
  }

  /// The last of the values of each key, where the first was.
  private static func latest<Value, Key: Hashable>(_ values: [Value], key: (Value) -> Key) -> [Value] {
    var places: [Key: Int] = [:]
    var kept: [Value] = []
    for value in values {
      let key = key(value)
      if let place = places[key] {
        kept[place] = value
      } else {
        places[key] = kept.count
        kept.append(value)
      }
    }
    return kept
  }

  /// The names of the sets that were measured, in the order in which they first were.
  public var evaluationNames: [String] {
    var names: [String] = []
    for result in evaluations where !names.contains(result.evaluation) { names.append(result.evaluation) }
    return names
  }
}

extension StepReport {
  /// Whether all numbers are numbers: a damaged line may hold 1e999.
  fileprivate var isFinite: Bool { loss.isFinite && learningRate.isFinite && gradientNorm.isFinite }
}

extension StepTiming {
  fileprivate var isFinite: Bool { seconds.isFinite && tokensPerSecond.isFinite }
}
