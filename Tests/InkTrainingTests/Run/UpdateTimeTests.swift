import Foundation
import InkTensor
import InkTraining
import Testing

/// Weights that change on the way back, each as soon as its gradient is whole.
@Suite struct UpdateTimeTests {
  /// A limit that no gradient comes near: gradients are left as they are, but all are known before a weight changes.
  private static let after = "clip=1e9"
  private static let onTheWayBack = "clip=~"

  private func train(
    _ run: TinyRun, _ name: String, _ line: String, _ settings: [String], threads: Int = 1
  ) throws -> (weights: [[UInt32]], memory: Int) {
    let cpu = CPU(threads: threads, keptMemory: .everything)
    let session = try run.session(try run.recipe(line, settings: settings), on: cpu)
    var training = try session.run(in: try run.open(name), resumption: .auto) { _ in }
    #expect(try training.run(shouldStop: { false }) == .finished)
    return (session.model.parameters.map { $0.value.toArray().map(\.bitPattern) }, cpu.peakMemory)
  }

  @Test(
    "Weights and log have the same bits whenever weights change, on one thread and on two",
    arguments: [
      ("", []), ("recompute_activations: true", []), ("", ["batch.accumulate=1"]),
      ("", ["precision=bf16", "average=~"]),
      ("train: {method: lora, rank: 2, targets: [q_proj, v_proj]}", []), ("train: {method: prefix, length: 3}", []),
      ("train: {method: full, freeze: [\"embedding.*\"]}", []), ("dropout: 0.1", ["recompute_activations=true"]),
      ("", ["optimizer={kind: adamw8bit, learning_rate: 1e-2}"]), ("", ["optimizer={kind: muon, learning_rate: 1e-2}"]),
      ("", ["optimizer={kind: adafactor, learning_rate: 1e-2}"]), ("", ["optimizer={kind: lion, learning_rate: 1e-3}"]),
      ("", ["optimizer={kind: sgd, learning_rate: 1e-2}"]),
    ])
  func bits(recipe: (line: String, settings: [String])) throws {
    let run = try TinyRun()
    defer { run.remove() }
    let settings = recipe.settings + ["steps=6"]
    let after = try train(run, "after", recipe.line, settings + [Self.after])
    let back = try train(run, "back", recipe.line, settings + [Self.onTheWayBack], threads: 2)
    #expect(back.weights == after.weights)
    #expect(try run.metrics("back") == run.metrics("after"))
  }

  /// What saves memory, all at once, with weights of which the optimizer codes some.
  private static let saving = [
    "average=~", "recompute_activations=true", "model.config.hidden_size=64", "model.config.intermediate_size=192",
    "optimizer={kind: adamw8bit, learning_rate: 1e-3}",
  ]

  @Test(
    "What saves memory works together: a run that was stopped goes on to the same bits, and a plan knows its memory",
    arguments: [
      ["clip=~"], ["clip=1.0"], ["clip=~", "precision=bf16"], ["clip=1.0", "precision=bf16"],
      ["clip=~", "precision=bf16", "batch.accumulate=1"], ["clip=~", "precision=bf16", "recompute_activations=false"],
      ["clip=0.5", "dropout=0.1"], ["clip=~", "precision=bf16", "optimizer={kind: muon, learning_rate: 1e-3}"],
    ])
  func together(settings: [String]) throws {
    let run = try TinyRun()
    defer { run.remove() }
    let recipe = try run.recipe(settings: Self.saving + settings + ["steps=8"])
    func train(_ name: String, until stop: Int, on cpu: CPU) throws -> [[UInt32]] {
      let session = try run.session(recipe, on: cpu)
      var training = try session.run(in: try run.open(name), resumption: .auto) { _ in }
      var step = 0
      _ = try training.run(observe: { step = $0.step }, shouldStop: { step >= stop })
      return session.model.parameters.map { $0.value.toArray().map(\.bitPattern) }
    }
    let cpu = CPU(threads: 1, keptMemory: .everything)
    let whole = try train("whole", until: 8, on: cpu)
    #expect(try train("part", until: 5, on: CPU(threads: 1)) != whole)
    #expect(try train("part", until: 8, on: CPU(threads: 2)) == whole)
    #expect(try run.metrics("part") == run.metrics("whole"))
    let planning = CPU.planning(threads: 1)
    _ = try run.session(recipe, on: planning).memoryPlan()
    #expect(abs(Double(planning.peakMemory) / Double(cpu.peakMemory) - 1) < 0.1, "\(planning.peakMemory)")
  }

  @Test("Layers that are computed again leave no more than a layer's gradients beside the table's, and a plan knows")
  func memory() throws {
    let run = try TinyRun()
    defer { run.remove() }
    let settings = [
      "average=~", "batch={size: 4, accumulate: 1}", "steps=3", "evaluation.every=100", "validation=~",
      "recompute_activations=true", "model.config.hidden_size=128", "model.config.intermediate_size=512",
      "model.config.num_hidden_layers=8",
    ]
    let after = try train(run, "after", "", settings + [Self.after]).memory
    let back = try train(run, "back", "", settings + [Self.onTheWayBack]).memory
    #expect(Double(back) < 0.6 * Double(after), "\(back) of \(after)")
    let planning = CPU.planning(threads: 1)
    let plan = try run.session(try run.recipe(settings: settings + [Self.onTheWayBack]), on: planning).memoryPlan()
    #expect(abs(Double(planning.peakMemory) / Double(back) - 1) < 0.05, "\(planning.peakMemory) of \(back)")
    #expect(plan.updateTime == .onTheWayBack)
    #expect(plan.gradients < plan.weights / 3)
    // What is written at the end takes the place of what a step needed.
    #expect(
      plan.peak(program: 0) == plan.weights + plan.optimizer + max(plan.gradients + plan.activations, plan.writing))
  }
}
