import Foundation
import InkFormats
import Synchronization


/// The folder of a run: its recipe, its log, its checkpoints, what it leaves in the end.
///
/// `metrics.jsonl` has an object a step and holds no times, so that equal runs are equal files; those are in
/// `timings.jsonl`. A checkpoint appears whole, with a list of hashes, or not at all.
package final class RunFolder: RunRecorder, Sendable {
  /// What is done with checkpoints that are there already.
  package enum Resumption: String, Sendable, Hashable, CaseIterable {
    /// The newest complete one is gone on from.
    case auto
    /// The run begins anew, and what is there is refused.
    case never
  }

  package let path: String
  private let keep: Int
  private let clock: @Sendable () -> Double
  private let state: Mutex<State>

  private struct State {
    var lastTime: Double?
    /// Called with what was noted, for a display.
    var warnings: [String] = []
  }

  /// What a step took.
  private struct Timing: Encodable {
    let step: Int
    let seconds: Double
    let tokensPerSecond: Double
    let operationsPerSecond: Double

    enum CodingKeys: String, CodingKey {
      case step, seconds
      case tokensPerSecond = "tokens_per_second"
      case operationsPerSecond = "operations_per_second"
    }
  }

  private struct EvaluationLine: Encodable {
    let step: Int
    let evaluation: String
    let loss: Double
  }

  /// Opens or makes the folder.
  ///
  /// - Parameters:
  ///   - keep: how many checkpoints stay.
  ///   - clock: seconds since some moment.
  /// - Throws: `file` when the folder cannot be made, or holds a run that is not to be resumed.
  package init(
    _ path: String, keep: Int, resumption: Resumption, clock: @escaping @Sendable () -> Double
  ) throws(TrainingError) {
    self.path = path
    self.keep = max(keep, 1)
    self.clock = clock
    state = Mutex(State(lastTime: clock()))
    do {
      try FileManager.default.createDirectory(atPath: "\(path)/checkpoints", withIntermediateDirectories: true)
    } catch {
      throw TrainingError(.file, context: path, expected: "a folder that can be written", found: "\(error)")
    }
    if resumption == .never, FileManager.default.fileExists(atPath: metricsPath) {
      throw TrainingError(
        .file, context: path, expected: "a folder without a run", found: "one with metrics.jsonl",
        hint: "Name another folder, or let the run be resumed.")
    }
    removeUnfinished()
  }

  private var metricsPath: String { "\(path)/metrics.jsonl" }
  private var timingsPath: String { "\(path)/timings.jsonl" }

  /// Where the finished model or adapter goes.
  package var finalPath: String { "\(path)/final" }

  // MARK: - Log

  package func record(_ report: StepReport, operations: Double) throws(TrainingError) {
    try append(report, to: metricsPath)
    let now = clock()
    let seconds = state.withLock { state in
      defer { state.lastTime = now }
      return now - (state.lastTime ?? now)
    }
    let rate = seconds > 0 ? 1 / seconds : 0
    try append(
      Timing(
        step: report.step, seconds: seconds, tokensPerSecond: Double(report.tokens) * rate,
        operationsPerSecond: operations * rate), to: timingsPath)
  }

  package func record(evaluation name: String, loss: Double, step: Int) throws(TrainingError) {
    try append(EvaluationLine(step: step, evaluation: name, loss: loss), to: metricsPath)
    let now = clock()
    state.withLock { $0.lastTime = now }
  }

  private func append(_ value: some Encodable, to file: String) throws(TrainingError) {
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let line = try encoder.encode(value) + [0x0a]
      if !FileManager.default.fileExists(atPath: file) { try Data().write(to: URL(fileURLWithPath: file)) }
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
      defer { try? handle.close() }
      try handle.seekToEnd()
      try handle.write(contentsOf: line)
    } catch {
      throw TrainingError(
        .file, context: file, expected: "a file that can be written", found: "\(error)",
        hint: "Is the disk full? The last checkpoint is whole.")
    }
  }

  /// Takes what came after a step out of the log, so that a resumed run leaves the file of one that was never stopped.
  package func truncateLog(after step: Int) throws(TrainingError) {
    struct Line: Decodable { let step: Int }
    for file in [metricsPath, timingsPath] {
      guard let data = FileManager.default.contents(atPath: file) else { continue }
      var kept = Data()
      for line in data.split(separator: 0x0a) {
        // A line that was cut by a crash is no line.
        guard let parsed = try? JSONDecoder().decode(Line.self, from: Data(line)), parsed.step <= step else { continue }
        kept += line + [0x0a]
      }
      do throws(FormatError) { try StoredFile.write(Array(kept), to: file) } catch { throw TrainingError(error) }
    }
  }

  // MARK: - Checkpoints

  package func checkpoint(step: Int, _ write: (String) throws(TrainingError) -> Void) throws(TrainingError) {
    let destination = "\(path)/checkpoints/step-\(step)"
    if FileManager.default.fileExists(atPath: destination) { try? FileManager.default.removeItem(atPath: destination) }
    do throws(FormatError) {
      let output = try ExportFolder(destination)
      var failure: TrainingError?
      do throws(TrainingError) { try write(output.path) } catch { failure = error }
      if let failure { throw FormatError(failure) }
      _ = try output.finish()
    } catch { throw TrainingError(error) }
    for old in steps.dropLast(keep) {
      try? FileManager.default.removeItem(atPath: "\(path)/checkpoints/step-\(old)")
    }
    let now = clock()
    state.withLock { $0.lastTime = now }
  }

  /// The steps of the checkpoints, the newest last.
  private var steps: [Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/checkpoints")) ?? []
    return names.compactMap { $0.hasPrefix("step-") ? Int($0.dropFirst(5)) : nil }.sorted()
  }

  /// The newest checkpoint that is whole.
  ///
  /// - Returns: its folder, and what was wrong with newer ones.
  package func newestCheckpoint() -> (folder: String?, damaged: [String]) {
    var damaged: [String] = []
    for step in steps.reversed() {
      let folder = "\(path)/checkpoints/step-\(step)"
      do throws(FormatError) {
        let finding = try ChecksumList.open(folder).check(folder)
        if finding.isClean { return (folder, damaged) }
        damaged.append("\(folder): \((finding.changed + finding.missing + finding.unlisted).joined(separator: ", "))")
      } catch {
        damaged.append("\(folder): \(error)")
      }
    }
    return (nil, damaged)
  }

  /// Removes what a run that was killed while it wrote a checkpoint left.
  private func removeUnfinished() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/checkpoints")) ?? []
    for name in names where name.contains(".partial-") {
      try? FileManager.default.removeItem(atPath: "\(path)/checkpoints/\(name)")
    }
  }

  /// Writes a small file of the run.
  package func write(_ text: String, to name: String) throws(TrainingError) {
    do throws(FormatError) { try StoredFile.write(Array(text.utf8), to: "\(path)/\(name)") } catch {
      throw TrainingError(error)
    }
  }
}

extension FormatError {
  /// A failure of the run inside a write of files.
  fileprivate init(_ error: TrainingError) {
    self.init(
      .cannotWrite, file: "", context: error.context, expected: error.expected, found: error.found, hint: error.hint)
  }
}
