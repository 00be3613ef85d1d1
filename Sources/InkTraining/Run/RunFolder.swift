import InkFormats
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The folder of a run: its recipe, its log, its checkpoints, what it leaves in the end.
///
/// `metrics.jsonl` has an object a step and `evaluations.jsonl` one for every measurement. They hold no times, so that
/// equal runs are equal files; those are in `timings.jsonl`. A checkpoint knows how long all three were, so that a resumed
/// run goes on with the files that it would have.
package final class RunFolder: RunRecorder, Sendable {
  /// What is done with checkpoints that are there already.
  package enum Resumption: String, Sendable, Hashable, CaseIterable {
    /// The newest complete one is gone on from.
    case auto
    /// The run begins anew, and what is there is refused.
    case never
  }

  package let path: String
  private let disk: any RunDisk
  private let checkpoints: CheckpointStore
  private let metrics: LogFile
  private let evaluations: LogFile
  private let timings: LogFile
  private let machine: RunMachine
  private let reports: Set<ReportForm>
  private let lock: RunLock
  private let state: Mutex<State>

  private struct State {
    /// When the last step ended, or what else was done since.
    var lastTime: Double
    var notices: [String] = []
    /// Curves for TensorBoard; a file of them begins with the first thing that is noted.
    var board: TensorBoardWriter?
  }

  /// What a step took.
  private struct Timing: Encodable {
    let step: Int
    let seconds: Double
    let tokensPerSecond: Double
    let operationsPerSecond: Double
    let utilization: Double?
    let memoryBytes: UInt64?

    enum CodingKeys: String, CodingKey {
      case step, seconds, utilization
      case tokensPerSecond = "tokens_per_second"
      case operationsPerSecond = "operations_per_second"
      case memoryBytes = "memory_bytes"
    }
  }

  /// How long the logs were at a checkpoint.
  private struct LogLengths: Codable {
    let metrics: Int
    let evaluations: Int
    let timings: Int

    static let fileName = "log.json"
  }

  /// Opens or makes the folder, and puts in order what a process left that was killed.
  ///
  /// - Parameters:
  ///   - keep: how many checkpoints stay.
  ///   - reports: what the run is shown in besides its logs.
  /// - Throws: `file` when the folder cannot be made, another process writes to it, or it holds a run that is not to be
  ///   resumed.
  package init(
    _ path: String, keep: Int, resumption: Resumption, reports: Set<ReportForm>, machine: RunMachine,
    disk: any RunDisk = SystemDisk()
  ) throws(TrainingError) {
    self.path = path
    self.disk = disk
    self.machine = machine
    self.reports = reports
    checkpoints = CheckpointStore("\(path)/\(RunFiles.checkpoints)", keep: keep, disk: disk)
    metrics = LogFile(path: "\(path)/\(RunFiles.metrics)", disk: disk)
    evaluations = LogFile(path: "\(path)/\(RunFiles.evaluations)", disk: disk)
    timings = LogFile(path: "\(path)/\(RunFiles.timings)", disk: disk)
    state = Mutex(State(lastTime: machine.clock()))
    try disk.makeFolder(checkpoints.folder)
    let lock = try RunLock(path)
    if resumption == .never, DiskFile.kind(of: metrics.path) != .missing {
      throw TrainingError(
        .file, context: path, expected: "a folder without a run", found: "one with \(RunFiles.metrics)",
        hint: "Name another folder, or let the run be resumed.")
    }
    try checkpoints.recover()
    // Results and tokenizers are written beside their places; a process that was killed meanwhile leaves its part.
    let unfinished = [RunFiles.final, RunFiles.tokenizer].map { "\($0).partial-" }
    for name in DiskFile.names(in: path) where unfinished.contains(where: name.hasPrefix) {
      try disk.remove("\(path)/\(name)")
    }
    self.lock = lock
  }

  /// Where the finished model or adapter goes.
  package var finalPath: String { "\(path)/\(RunFiles.final)" }

  /// What a person should know: damaged checkpoints that were passed over, logs that lack lines.
  package var notices: [String] { state.withLock { $0.notices } }

  private func notice(_ text: String) {
    state.withLock { if !$0.notices.contains(text) { $0.notices.append(text) } }
  }

  // MARK: - Log

  package func record(_ report: StepReport, operations: Double) throws(TrainingError) {
    try metrics.append(report)
    try board(from: report.step)?.append(report)
    let now = machine.clock()
    let seconds = state.withLock { state in
      defer { state.lastTime = now }
      return now - state.lastTime
    }
    let rate = seconds > 0 ? 1 / seconds : 0
    try timings.append(
      Timing(
        step: report.step, seconds: seconds, tokensPerSecond: Double(report.tokens) * rate,
        operationsPerSecond: operations * rate, utilization: machine.peakOperations.map { operations * rate / $0 },
        memoryBytes: machine.memory()))
  }

  package func record(_ evaluation: EvaluationResult) throws(TrainingError) {
    guard evaluation.loss.isFinite else {
      throw TrainingError(
        .divergence, context: "evaluation \"\(evaluation.evaluation)\" after step \(evaluation.step)",
        expected: "a finite loss", found: "\(evaluation.loss)",
        hint: "Lower the learning rate; look whether the set has tokens that carry loss.")
    }
    try evaluations.append(evaluation)
    try board(from: evaluation.step)?.append(evaluation)
    restartClock()
  }

  private func board(from step: Int) throws(TrainingError) -> TensorBoardWriter? {
    guard reports.contains(.tensorboard) else { return nil }
    if let board = state.withLock({ $0.board }) { return board }
    let board = try TensorBoardWriter(folder: path, firstStep: step, host: machine.host, clock: machine.wallClock)
    state.withLock { $0.board = board }
    return board
  }

  /// What is done between steps is not their time.
  private func restartClock() {
    let now = machine.clock()
    state.withLock { $0.lastTime = now }
  }

  /// Takes the logs back to where they were after a step that there is a checkpoint of; without one they become empty.
  package func truncateLog(after step: Int) throws(TrainingError) {
    let path = "\(checkpoints.path(of: step))/\(LogLengths.fileName)"
    guard step >= 0, DiskFile.kind(of: path) != .missing else {
      for log in [metrics, evaluations, timings] { _ = try log.rewind(to: 0) }
      return
    }
    let lengths: LogLengths = try StateFile.read(path)
    let known = [(metrics, lengths.metrics), (evaluations, lengths.evaluations), (timings, lengths.timings)]
    for (log, length) in known {
      guard try !log.rewind(to: length) else { continue }
      notice("\(log.path) is shorter than the checkpoint knew it: \(log.length) bytes instead of \(length)")
    }
  }

  // MARK: - Checkpoints

  package func checkpoint(step: Int, _ write: (String) throws(TrainingError) -> Void) throws(TrainingError) {
    // A checkpoint must not outlive a power cut that its log does not.
    for log in [metrics, evaluations, timings] { try log.synchronize() }
    let lengths = LogLengths(metrics: metrics.length, evaluations: evaluations.length, timings: timings.length)
    try checkpoints.write(step: step) { (folder) throws(TrainingError) in
      try write(folder)
      try disk.write(StateFile.bytes(lengths), to: "\(folder)/\(LogLengths.fileName)")
    }
    restartClock()
  }

  /// The folder of the newest checkpoint that is whole; nil when there is no checkpoint. Damaged ones that were passed
  /// over are among the notices.
  ///
  /// - Throws: `file` when all are damaged: to begin anew would drop what the run was.
  package func newestCheckpoint() throws(TrainingError) -> String? {
    let (checkpoint, damaged) = checkpoints.newest()
    for text in damaged { notice(text) }
    if let checkpoint { return checkpoint.folder }
    guard let first = damaged.first else { return nil }
    throw TrainingError(
      .file, context: checkpoints.folder, expected: "a whole checkpoint to go on from", found: first,
      hint: "Name another folder to begin anew, or bring the files back.")
  }

  // MARK: - What it was told and what it shows

  /// Keeps the text of the recipe; that it is another one than before is among the notices.
  package func keep(_ recipe: RecipeText) throws(TrainingError) {
    let file = "\(path)/\(RunFiles.recipe)"
    if let old = try LineFile.bytes(file), old != Array(recipe.text.utf8), !checkpoints.isEmpty {
      notice("\(file) was another recipe until now; the run goes on by the new one")
    }
    try disk.write(Array(recipe.text.utf8), to: file)
  }

  /// Writes what a model made of prompts.
  package func write(_ samples: [WrittenSample]) throws(TrainingError) {
    var lines: [UInt8] = []
    for sample in samples { lines += try LogFile.line(sample, of: RunFiles.samples) }
    try disk.write(lines, to: "\(path)/\(RunFiles.samples)")
  }

  /// Writes what became of the data.
  package func write(_ summary: DataSummary) throws(TrainingError) {
    try disk.write(StateFile.bytes(summary), to: "\(path)/\(RunFiles.summary)")
  }

  /// Writes the page of the run, if the recipe wants one.
  package func writeReport() throws(TrainingError) {
    if reports.contains(.html) { try RunReport.write(folder: path) }
  }
}
