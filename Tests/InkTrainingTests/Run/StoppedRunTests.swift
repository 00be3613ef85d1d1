import Foundation
import InkData
import InkTensor
import InkTraining
import Synchronization
import Testing

/// Runs that are killed at every action of theirs on the disk, and go on.
@Suite struct StoppedRunTests {
  /// What a process does: opens the folder, goes on from what is there, trains to the end.
  private struct Process {
    let folder: TestFolder
    var disk: any RunDisk = SystemDisk()
    /// The step after which the process is asked to end, if it is.
    var stop: Int?
    /// What a person is told about the folder.
    var notices = 0

    private func mixture() throws -> DataMixture {
      let file = "\(folder.path)/words.txt"
      if !FileManager.default.fileExists(atPath: file) {
        let words = ["one two", "three four five", "six", "seven eight", "nine ten eleven", "twelve", "thirteen"]
        try Data(words.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: file))
      }
      var source = DataSource(name: "words", paths: [file])
      source.documents.division = .lines
      return try DataMixture([Dataset(source)], seed: 5, order: .shuffled, exhaustion: .never)
    }

    /// - Returns: how the run ended, and the bits of its weights.
    func run() throws -> (RunEnd, [[UInt32]]) {
      let seconds = Atomic(0)
      let machine = RunMachine.silent(clock: { Double(seconds.add(1, ordering: .relaxed).newValue) })
      let run = try RunFolder(
        "\(folder.path)/run", keep: 2, resumption: .auto, reports: [], machine: machine, disk: disk)
      let model = SuccessorModel(seed: 7)
      let mixture = try mixture()
      let plan = BatchPlan(size: .rows(2))
      let settings = TrainerSettings(
        optimizer: .adamW(),
        schedule: try LearningRateSchedule(peak: 0.1, warmUpSteps: 2, totalSteps: 8, shape: .cosine(floor: 0.1)),
        clipping: .norm(1), average: .constant(0.9), seed: 3)
      let batches = try BatchStream(mixture, task: SuccessorTask(), plan: plan)
      var held = batches
      let evaluation = EvaluationSet<SuccessorModel>(
        name: "words", role: .target, batches: [try held.next()].compactMap { $0 })
      var training = TrainingRun(
        trainer: try Trainer(model: model, settings: settings, on: CPU(threads: 1)), batches: batches,
        plan: TrainingPlan(steps: 7, checkpointEvery: 2, evaluateEvery: 3, evaluationBatches: 1),
        evaluations: [evaluation], rules: StoppingRules(), recorder: run)
      if let checkpoint = run.newestCheckpoint().folder {
        try training.resume(from: checkpoint) { (position) throws(DataError) in
          try BatchStream(mixture, task: SuccessorTask(), plan: plan, at: position)
        }
        try run.truncateLog(after: training.trainer.step)
      } else {
        try run.truncateLog(after: 0)
      }
      #expect(run.notices.count == notices)
      var step = 0
      let end = try training.run(observe: { step = $0.step }, shouldStop: { stop.map { step >= $0 } ?? false })
      return (end, model.bits)
    }

    var metrics: String? { folder.text("run/metrics.jsonl") }
  }

  @Test(
    "A run that is killed at any action has the weights and the log of one that never was",
    arguments: StoppingDisk.Trace.allCases)
  func killed(_ trace: StoppingDisk.Trace) throws {
    let counting = StoppingDisk()
    let whole = Process(folder: try TestFolder(), disk: counting)
    let (end, bits) = try whole.run()
    let metrics = try #require(whole.metrics)
    #expect(end == .finished)
    // Seven steps; the loss at the start, after steps 3 and 6 and at the end.
    #expect(metrics.split(separator: "\n").count == 11)
    for limit in 0..<counting.count {
      let folder = try TestFolder()
      let disk = StoppingDisk(after: limit, leaving: trace)
      #expect(throws: TrainingError.self) { _ = try Process(folder: folder, disk: disk).run() }
      // The second process is killed as well, somewhere else.
      let second = StoppingDisk(after: limit / 2 + 3, leaving: trace)
      _ = try? Process(folder: folder, disk: second).run()
      let last = Process(folder: folder)
      let (end, resumed) = try last.run()
      #expect(end == .finished)
      #expect(resumed == bits, "killed after \(limit) actions")
      #expect(last.metrics == metrics, "killed after \(limit) actions")
    }
  }

  @Test("A run that is asked to stop writes a checkpoint and goes on to the same bits", arguments: 1...7)
  func asked(_ step: Int) throws {
    let whole = Process(folder: try TestFolder())
    let (_, bits) = try whole.run()
    let folder = try TestFolder()
    let (end, _) = try Process(folder: folder, stop: step).run()
    #expect(end == (step < 7 ? .interrupted : .finished))
    #expect(folder.names("run/checkpoints").contains("step-\(step)"))
    let last = Process(folder: folder)
    #expect(try last.run().1 == bits)
    #expect(last.metrics == whole.metrics)
  }

  @Test("A run whose newest checkpoint is damaged goes on from the one before, to the same bits")
  func damaged() throws {
    let folder = try TestFolder()
    let (_, bits) = try Process(folder: folder).run()
    let metrics = Process(folder: folder).metrics
    try SystemDisk().write([1, 2, 3], to: "\(folder.path)/run/checkpoints/step-6/weights.safetensors")
    let again = Process(folder: folder, notices: 1)
    #expect(try again.run().1 == bits)
    #expect(again.metrics == metrics)
    #expect(folder.names("run/checkpoints") == ["step-4", "step-6"])
  }
}
