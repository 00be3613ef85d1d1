package import InkData
import InkNN
package import InkTensor

/// A recipe put to work: data, model and trainer joined, from the beginning or from a checkpoint.
package protocol TrainingSession<Model, Task>: Sendable {
  associatedtype Model: TrainedModel
  associatedtype Task: TrainingTask where Task.Batch == Model.Batch

  var recipe: Recipe { get }
  /// What is trained.
  var model: Model { get }
  /// All weights of the model that are f32.
  var weights: [Parameter] { get }
  /// What is trained beside the model, if the recipe says so.
  var adapter: TrainedAdapter? { get }
  /// Threads that compute.
  var threadCount: Int { get }
  /// What a person should know of the data and of the model: records that were left out, fields that nothing reads,
  /// heads that are new.
  var remarks: [String] { get }
  /// Records of the data that are left out because they are broken.
  var brokenRecords: Int { get }

  /// The run, at its beginning or at the newest checkpoint of its folder.
  ///
  /// - Parameters:
  ///   - folder: of the run, in the process with rank 0; nil in the others, which write nothing.
  ///   - communicator: the processes of the run, each with a session of the same recipe.
  ///   - recorder: where steps and checkpoints go, if that is not the folder itself.
  ///   - resumed: called with the folder of the checkpoint that is gone on from.
  func run(
    in folder: RunFolder?, resumption: RunFolder.Resumption, communicator: any Communicator,
    recorder: (any RunRecorder)?, resumed: (String) -> Void
  ) throws(TrainingError) -> TrainingRun<Model, Task>

  /// What the run will have in memory, found by a session on ``CPU/planning(threads:)`` of a base without numbers
  /// (``TrainingBase/planned(for:)``): the weights and the optimizer change nowhere.
  ///
  /// - Throws: what the data and the model throw; `unsupported` for a session that computes.
  func memoryPlan() throws(TrainingError) -> MemoryPlan

  /// Writes what was trained as a folder that other software loads: a model, or an adapter in PEFT's layout.
  ///
  /// - Parameters:
  ///   - companions: a folder with the files of the tokenizer, where it is not the origin's.
  ///   - template: the chat template that the model learned, where it is not the origin's.
  func writeResult(to destination: String, companions: String?, template: String?) throws(TrainingError)
}

/// How a run ended.
package struct RunOutcome: Sendable, Hashable {
  package let end: RunEnd
  /// Steps that were done, those before a resumed run among them.
  package let step: Int
  /// What evaluations warned of.
  package let warnings: [String]
  /// What became of the examples that were drawn.
  package let samples: SampleReport
}

extension TrainingSession {
  /// The bytes of an adapter that is trained, which a plan's own process holds too.
  package var adapterByteCount: Int { adapter.map { $0.adapter.parameters.byteCount } ?? 0 }

  /// Writes what was trained as a folder, with the chat template of its origin.
  package func writeResult(to destination: String, companions: String?) throws(TrainingError) {
    try writeResult(to: destination, companions: companions, template: nil)
  }

  /// Trains to the end, or until it is to stop.
  ///
  /// - Parameters:
  ///   - folder: of the run, in the process with rank 0; nil in the others.
  ///   - communicator: the processes of the run.
  ///   - resumed: called with the folder of the checkpoint that is gone on from.
  ///   - observe: called with every step.
  ///   - measured: called with every evaluation.
  ///   - shouldStop: asked after every step; a run that is to stop writes a checkpoint first.
  package func train(
    in folder: RunFolder?, resumption: RunFolder.Resumption, communicator: any Communicator = .alone,
    resumed: (String) -> Void, observe: (StepReport) -> Void, measured: (EvaluationResult) -> Void = { _ in },
    shouldStop: () -> Bool
  ) throws(TrainingError) -> RunOutcome {
    var run = try run(
      in: folder, resumption: resumption, communicator: communicator, recorder: nil, resumed: resumed)
    let end = try run.run(observe: observe, measured: measured, shouldStop: shouldStop)
    let outcome = RunOutcome(
      end: end, step: run.trainer.step, warnings: run.warnings, samples: run.samples)
    try folder?.write(
      DataSummary(steps: outcome.step, examples: outcome.samples.counts, brokenRecords: brokenRecords))
    return outcome
  }
}
