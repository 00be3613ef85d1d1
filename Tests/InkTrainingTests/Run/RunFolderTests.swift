import Foundation
import InkTraining
import Synchronization
import Testing

@Suite struct RunFolderTests {
  private func open(
    _ folder: TestFolder, _ resumption: RunFolder.Resumption = .auto, machine: RunMachine = .silent()
  ) throws -> RunFolder {
    try RunFolder("\(folder.path)/run", keep: 1, resumption: resumption, reports: [], machine: machine)
  }

  private func report(_ step: Int) -> StepReport {
    StepReport(step: step, loss: 1.5, learningRate: 3e-4, gradientNorm: 0.25, tokens: 64)
  }

  @Test("A line a step holds what the run did, and no time; what was measured has lines in a file of its own")
  func metrics() throws {
    let folder = try TestFolder()
    let run = try open(folder)
    try run.record(EvaluationResult(step: 0, evaluation: "validation", loss: 2.25))
    try run.record(report(1), operations: 1e6)
    #expect(
      folder.text("run/metrics.jsonl")
        == #"{"gradient_norm":0.25,"learning_rate":0.0003,"loss":1.5,"step":1,"tokens":64}"# + "\n")
    #expect(
      folder.text("run/evaluations.jsonl") == #"{"evaluation":"validation","loss":2.25,"step":0}"# + "\n")
  }

  @Test("Timings hold speed, memory and the share of the machine's peak")
  func timings() throws {
    let folder = try TestFolder()
    let clock = TickingClock()
    let machine = RunMachine(
      clock: { clock.next() }, wallClock: { 0 }, host: "host", memory: { 1 << 20 }, peakOperations: 8e6)
    let run = try open(folder, machine: machine)
    try run.record(report(1), operations: 4e6)
    let line = try #require(folder.text("run/timings.jsonl"))
    #expect(
      line == #"{"memory_bytes":1048576,"operations_per_second":2000000,"seconds":2,"step":1,"#
        + #""tokens_per_second":32,"utilization":0.25}"# + "\n")
  }

  @Test("The recipe that a run began with is kept, and another one is said to be")
  func recipe() throws {
    let folder = try TestFolder()
    let run = try open(folder)
    try run.keep(RecipeText("seed: 1", file: "recipe.yaml"))
    try run.keep(RecipeText("seed: 2", file: "recipe.yaml"))
    // Nothing was trained by the first.
    #expect(run.notices.isEmpty)
    try run.checkpoint(step: 1) { (path) throws(TrainingError) in
      try SystemDisk().write([1], to: "\(path)/weights")
    }
    try run.keep(RecipeText("seed: 2 # the same", file: "recipe.yaml"))
    #expect(run.notices.isEmpty)
    try run.keep(RecipeText("seed: 3", file: "recipe.yaml"))
    #expect(run.notices.count == 1)
    #expect(folder.text("run/recipe.yaml") == "seed: 3\n")
  }

  @Test("Event files are written for TensorBoard when they are wanted", arguments: [Set([ReportForm.tensorboard]), []])
  func events(_ reports: Set<ReportForm>) throws {
    let folder = try TestFolder()
    let run = try RunFolder(
      "\(folder.path)/run", keep: 1, resumption: .auto, reports: reports, machine: .silent())
    try run.record(report(1), operations: 1)
    try run.record(EvaluationResult(step: 1, evaluation: "validation", loss: 1))
    let files = folder.names("run").filter { $0.hasPrefix("events.out.tfevents.") }
    #expect(files.count == reports.count)
  }

  @Test("A second process is refused while the first one has the folder")
  func locked() throws {
    let folder = try TestFolder()
    let first = try open(folder)
    let error = #expect(throws: TrainingError.self) { _ = try open(folder) }
    #expect(error?.description.contains("no other run writes to") == true)
    withExtendedLifetime(first) {}
  }

  @Test("The folder is free again when the first run has gone")
  func unlocked() throws {
    let folder = try TestFolder()
    do { try open(folder).keep(RecipeText("seed: 1", file: "recipe.yaml")) }
    try open(folder).keep(RecipeText("seed: 2", file: "recipe.yaml"))
    #expect(folder.text("run/recipe.yaml") == "seed: 2\n")
  }

  @Test("A folder with a run is refused when it is not to be resumed")
  func never() throws {
    let folder = try TestFolder()
    do { try open(folder, .never).record(report(1), operations: 1) }
    #expect(throws: TrainingError.self) { _ = try open(folder, .never) }
    _ = try open(folder, .auto)
  }

  @Test("A loss that is no number ends the run instead of standing in its log")
  func divergence() throws {
    let folder = try TestFolder()
    let run = try open(folder)
    let error = #expect(throws: TrainingError.self) {
      try run.record(EvaluationResult(step: 3, evaluation: "validation", loss: .nan))
    }
    #expect(error?.code == .divergence)
    #expect(folder.text("run/evaluations.jsonl") == nil)
  }

  @Test("A disk without room is told apart from other failures, with what to do")
  func fullDisk() throws {
    // A device that has no room for anything.
    try #require(FileManager.default.fileExists(atPath: "/dev/full"))
    let error = #expect(throws: TrainingError.self) { try SystemDisk().append([1], to: "/dev/full") }
    #expect(error?.code == .diskFull)
    #expect(error?.hint.contains("goes on from its last checkpoint") == true)
  }

  @Test("What a process left of a result that it was writing is removed")
  func unfinishedResult() throws {
    let folder = try TestFolder()
    for name in ["final.partial-abc", "tokenizer.partial-x", "final", "others.partial-y"] {
      try SystemDisk().makeFolder("\(folder.path)/run/\(name)")
    }
    _ = try open(folder)
    let left = folder.names("run").filter { !$0.hasPrefix(".") }
    #expect(left == ["checkpoints", "final", "others.partial-y"])
  }

  @Test("A log that is shorter than its checkpoint knew is said to be")
  func shortened() throws {
    let folder = try TestFolder()
    let run = try open(folder)
    try run.record(report(1), operations: 1)
    try run.checkpoint(step: 1) { (path) throws(TrainingError) in
      try SystemDisk().write([1], to: "\(path)/weights")
    }
    try run.truncateLog(after: 1)
    #expect(run.notices.isEmpty)
    try SystemDisk().truncate("\(folder.path)/run/metrics.jsonl", to: 5)
    try run.truncateLog(after: 1)
    #expect(run.notices.count == 1)
    #expect(run.notices.first?.contains("metrics.jsonl is shorter") == true)
  }
}

/// A clock that is two seconds later every time it is asked.
private final class TickingClock: Sendable {
  private let seconds = Mutex(0.0)

  func next() -> Double {
    seconds.withLock { seconds in
      seconds += 2
      return seconds
    }
  }
}
