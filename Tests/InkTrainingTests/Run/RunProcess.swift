import Foundation
import InkData
import InkTensor
import InkTraining
import Synchronization
import Testing

/// What a process does: opens the folder, goes on from what is there, trains to the end.
struct RunProcess {
  let folder: TestFolder
  var disk: any RunDisk = SystemDisk()
  /// The step after which the process is asked to end, if it is.
  var stop: Int?
  /// The question whether it is to end that is answered so, and all after it.
  var stopAtQuestion: Int?
  /// How much a person is told about the folder.
  var notices = 0
  var threads = 1
  /// The largest learning rate.
  var rate = 0.1
  var rules = StoppingRules()
  /// What the set that is measured decides.
  var role = EvaluationRole.target

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
      schedule: try LearningRateSchedule(peak: rate, warmUpSteps: 2, totalSteps: 8, shape: .cosine(floor: 0.1)),
      clipping: .norm(1), average: .constant(0.9), seed: 3)
    let batches = try BatchStream(mixture, task: SuccessorTask(), plan: plan)
    var held = batches
    let evaluation = EvaluationSet<SuccessorModel>(
      name: "words", role: role, batches: [try held.next()].compactMap { $0 })
    var training = TrainingRun(
      trainer: try Trainer(model: model, settings: settings, on: CPU(threads: threads)), batches: batches,
      plan: TrainingPlan(steps: 7, checkpointEvery: 2, evaluateEvery: 3, evaluationBatches: 1),
      evaluations: [evaluation], rules: rules, recorder: run)
    let newest: String?
    do { newest = try run.newestCheckpoint() } catch {
      #expect(run.notices.count == notices)
      throw error
    }
    if let checkpoint = newest {
      try training.resume(from: checkpoint) { (position) throws(DataError) in
        try BatchStream(mixture, task: SuccessorTask(), plan: plan, at: position)
      }
      try run.truncateLog(after: training.trainer.step)
    } else {
      try run.truncateLog(after: 0)
    }
    #expect(run.notices.count == notices)
    var (step, questions) = (0, 0)
    let end = try training.run(observe: { step = $0.step }) {
      questions += 1
      return stop.map { step >= $0 } ?? stopAtQuestion.map { questions >= $0 } ?? false
    }
    return (end, model.bits)
  }

  /// What was noted of the steps.
  var metrics: String? { folder.text("run/metrics.jsonl") }
  /// What was noted of the steps, and of what was measured.
  var logs: [String?] { [metrics, folder.text("run/evaluations.jsonl")] }
}
