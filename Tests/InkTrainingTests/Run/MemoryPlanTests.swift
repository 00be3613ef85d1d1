import InkTensor
import InkTraining
import Testing

/// A plan of memory is the run's own steps on a backend that computes nothing.
@Suite struct MemoryPlanTests {
  @Test(
    "A plan asks for the memory that a run asks for",
    arguments: [
      ("", []), ("train: {method: lora, rank: 2, targets: [q_proj, v_proj]}", []),
      ("train: {method: prefix, length: 3}", []), ("adversarial: {kind: fgm}", []), ("", ["optimizer.kind=lion"]),
    ], [1, 2])
  func same(_ recipe: (line: String, settings: [String]), threads: Int) throws {
    let run = try TinyRun()
    defer { run.remove() }
    let recipe = try run.recipe(
      recipe.line, settings: recipe.settings + ["steps=4", "evaluation.every=100", "batch.size=16"])

    let cpu = CPU(threads: threads, keptMemory: .everything)
    var training = try run.session(recipe, on: cpu).run(in: try run.open("run"), resumption: .auto) { _ in }
    #expect(try training.run(shouldStop: { false }) == .finished)

    let planning = CPU.planning(threads: threads)
    let plan = try run.session(recipe, on: planning).memoryPlan()
    let (real, planned) = (Double(cpu.peakMemory), Double(planning.peakMemory))
    #expect(abs(planned / real - 1) < 0.05, "\(planned) of \(real) bytes")
    #expect(plan.gradients + plan.activations <= planning.peakMemory)
    #expect(plan.activations > plan.gradients / 2)
  }

  @Test("Weights, gradients and what the optimizer remembers are counted by their numbers")
  func parts() throws {
    let run = try TinyRun()
    defer { run.remove() }
    func plan(_ line: String = "", _ settings: [String] = []) throws -> (MemoryPlan, DecoderSession) {
      let session = try run.session(try run.recipe(line, settings: settings), on: CPU.planning(threads: 1))
      return (try session.memoryPlan(), session)
    }
    let (whole, session) = try plan()
    let weights = session.weights.reduce(0) { $0 + 4 * $1.value.elementCount }
    #expect(whole.weights == weights && whole.gradients == weights)
    // Two moments and the mean.
    #expect(whole.optimizer == 3 * weights)
    let (adapted, small) = try plan("train: {method: lora, rank: 2, targets: [q_proj]}")
    let adapter = 4 * 2 * 2 * (32 + 32)
    #expect(small.adapterByteCount == adapter && adapted.gradients == adapter)
    #expect(adapted.weights == weights + adapter && adapted.optimizer == 3 * adapter)
    #expect(adapted.writing == 0)
    let (longer, _) = try plan("", ["batch.size=16"])
    #expect(longer.activations > 2 * whole.activations)
    #expect(longer.peak(program: 1000) - whole.peak(program: 1000) == longer.activations - whole.activations)
    #expect(throws: TrainingError.self) { try run.session(try run.recipe(), threads: 1).memoryPlan() }
  }
}
