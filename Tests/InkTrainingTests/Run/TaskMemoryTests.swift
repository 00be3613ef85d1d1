import InkNN
import InkTensor
import InkTraining
import Testing

/// Plans of encoders, and of encoders with a decoder, beside what runs of them take.
@Suite struct TaskMemoryTests {
  /// Compares a plan with a run.
  ///
  /// - Parameter session: makes a session of one recipe on a backend.
  private func compare(
    threads: Int, in folder: RunFolder, _ session: (CPU) throws -> any TrainingSession
  ) throws {
    let cpu = CPU(threads: threads, keptMemory: .everything)
    let held = try train(try session(cpu), in: folder)
    let planning = CPU.planning(threads: threads)
    let plan = try session(planning).memoryPlan()
    #expect(plan.weights == held.weights)
    #expect(plan.optimizer == held.optimizer)
    let (real, planned) = (Double(cpu.peakMemory), Double(planning.peakMemory))
    #expect(abs(planned / real - 1) < 0.1, "\(planned) of \(real) bytes")
    #expect(plan.gradients + plan.activations <= planning.peakMemory)
    #expect(plan.activations > 0 && plan.gradients > 0)
  }

  /// Trains to the end; gives the bytes of weights, and of what the optimizer remembers.
  private func train<Session: TrainingSession>(
    _ session: Session, in folder: RunFolder
  ) throws -> (weights: Int, optimizer: Int) {
    var run = try session.run(in: folder, resumption: .auto, communicator: .alone, recorder: nil) { _ in }
    #expect(try run.run(shouldStop: { false }) == .finished)
    // The counts of updates are no tensors before they are written.
    let state = try run.trainer.optimizer.exportedState().filter { $0.name != "optimizer.steps" }
    return (
      bytes(session.weights.map(\.value)) + bytes(session.adapter?.adapter.parameters.map(\.value) ?? []),
      bytes(state.map(\.tensor))
    )
  }

  private func bytes(_ tensors: [Tensor]) -> Int {
    tensors.reduce(0) { $0 + $1.elementCount * $1.dtype.byteCount }
  }

  private static let settings = ["steps=4", "evaluation.every=4", "batch.size=24", "validation.fraction=0.3"]

  @Test(
    "The plan of a task of encoders asks for the memory that its run asks for",
    arguments: zip(SmallTask.allCases, [1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]))
  func tasks(task: SmallTask, threads: Int) throws {
    let encoder = try SmallEncoder()
    defer { encoder.remove() }
    let recipe = try task.recipe(encoder, Self.settings)
    try compare(threads: threads, in: try encoder.open("run")) { try encoder.session(recipe, on: $0) }
  }

  @Test(
    "So does that of what is trained beside an encoder, of one whose layers are computed again, and of parts of one",
    arguments: [
      "train: {method: lora, rank: 2, targets: [query, value]}", "train: {method: adapter, width: 4}",
      "train: {method: bitfit}", "train: {method: full, freeze: [\"embedding.*\"]}", "recompute_activations: true",
      "adversarial: {kind: freelb}", "average: 0.9",
    ])
  func parts(line: String) throws {
    let encoder = try SmallEncoder()
    defer { encoder.remove() }
    let task = SmallTask.classify
    let recipe = try encoder.recipe(
      "\(task.recipe)\n\(line)", data: try encoder.file("data.jsonl", task.lines), Self.settings)
    let planned = recipe.optimization.average == nil
    guard planned else {
      // The mean of the weights is one more of each.
      let plan = try encoder.session(recipe, on: CPU.planning(threads: 1)).memoryPlan()
      #expect(plan.optimizer == 3 * plan.gradients)
      return
    }
    try compare(threads: 1, in: try encoder.open("run")) { try encoder.session(recipe, on: $0) }
  }

  @Test(
    "So does that of spans that are restored", arguments: [[], ["recompute_activations=true"]])
  func spans(settings: [String]) throws {
    let small = try SmallT5()
    defer { small.remove() }
    let folder = try RunFolder(small.path("run"), keep: 2, resumption: .auto, reports: [], machine: .silent())
    try compare(threads: 1, in: folder) {
      try small.session(["steps=4", "evaluation.every=4", "batch.size=8"] + settings, on: $0)
    }
  }

  @Test("The largest tensor of a base's files is counted beside its weights, and a head that is new is not drawn for a plan")
  func stored() throws {
    let encoder = try SmallEncoder()
    defer { encoder.remove() }
    let first = try encoder.session(try SmallTask.classify.recipe(encoder, ["steps=2"]))
    try encoder.train(first, "first")
    try first.writeResult(to: encoder.path("base"), companions: nil)
    let recipe = try SmallTask.masked.recipe(encoder, Self.settings)
    let plan = try encoder.session(recipe, base: encoder.path("base"), on: CPU.planning(threads: 1)).memoryPlan()
    // Pages of a tensor are given back when it is read.
    #expect(plan.mapped == first.weights.map { bytes([$0.value]) }.max())
    #expect(plan.writing == 0)
    let real = try encoder.session(recipe, base: encoder.path("base"))
    #expect(plan.weights == bytes(real.weights.map(\.value)))
    #expect(throws: TrainingError.self) { try real.memoryPlan() }
  }
}
