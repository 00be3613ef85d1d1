package import InkData
package import InkTensor

/// A recipe put to work on an encoder, or on an encoder with a decoder.
package struct TaskSession<Model: TrainedModel, Task: TrainingTask>: TrainingSession where Model.Batch == Task.Batch {
  package let recipe: Recipe
  package let model: Model
  package let weights: [Parameter]
  package let adapter: TrainedAdapter?
  package let remarks: [String]
  private let data: SessionData<Model, Task>
  private let cpu: CPU
  /// The number that the model is known by, where some of its weights stay; nil where all are trained.
  private let baseFingerprint: String?
  /// What a run has in memory of the model itself.
  private let base: @Sendable () throws(TrainingError) -> BaseMemory
  /// Writes the model.
  private let write: @Sendable (_ destination: String, _ companions: String?) throws(TrainingError) -> Void

  /// - Parameters:
  ///   - fingerprint: the number that the model is known by, where some of its weights stay.
  ///   - base: what a run has in memory of the model itself.
  ///   - write: writes the model to a folder, with the tokenizer's files of another one if it is given.
  init(
    _ recipe: Recipe, model: Model, weights: [Parameter], adapter: TrainedAdapter?, data: SessionData<Model, Task>,
    fingerprint: String?, remarks: [String], on cpu: CPU,
    base: @escaping @Sendable () throws(TrainingError) -> BaseMemory,
    write: @escaping @Sendable (_ destination: String, _ companions: String?) throws(TrainingError) -> Void
  ) {
    self.recipe = recipe
    self.model = model
    self.weights = weights
    self.adapter = adapter
    self.remarks = data.remarks + remarks
    self.data = data
    self.cpu = cpu
    baseFingerprint = fingerprint
    self.base = base
    self.write = write
  }

  package var brokenRecords: Int { data.brokenRecords }
  package var threadCount: Int { cpu.threads.threadCount }

  package func run(
    in folder: RunFolder?, resumption: RunFolder.Resumption, communicator: any Communicator = .alone,
    recorder: (any RunRecorder)? = nil, resumed: (String) -> Void
  ) throws(TrainingError) -> TrainingRun<Model, Task> {
    try data.run(
      of: model, beside: baseFingerprint, in: folder, resumption: resumption, communicator: communicator,
      recorder: recorder, resumed: resumed, on: cpu)
  }

  package func memoryPlan() throws(TrainingError) -> MemoryPlan {
    try data.memoryPlan(of: model, adapter: adapter, base: try base(), on: cpu)
  }

  package func writeResult(
    to destination: String, companions: String?, template: String?
  ) throws(TrainingError) {
    cpu.releaseUnusedMemory()
    if let adapter { return try adapter.write(to: destination, on: cpu) }
    try write(destination, companions)
  }
}
