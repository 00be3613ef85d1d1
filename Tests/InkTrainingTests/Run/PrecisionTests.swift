import Foundation
import InkFormats
import InkModels
import InkNN
import InkTensor
import InkTraining
import Testing

/// Runs whose weights are bf16.
@Suite struct PrecisionTests {
  private static let settings = ["precision=bf16", "average=~"]

  /// Trains from where the folder's newest checkpoint is; gives weights, losses, and the memory of what was computed.
  private func train(
    _ run: TinyRun, _ name: String, _ settings: [String], threads: Int = 1, until stop: Int? = nil
  ) throws -> (session: DecoderSession, losses: [Double], memory: Int) {
    let cpu = CPU(threads: threads, keptMemory: .everything)
    let session = try run.session(try run.recipe(settings: settings), on: cpu)
    var (losses, step) = ([Double](), 0)
    var training = try session.run(in: try run.open(name), resumption: .auto) { _ in }
    _ = try training.run(
      observe: {
        losses.append($0.loss)
        step = $0.step
      }, shouldStop: { stop.map { step >= $0 } ?? false })
    return (session, losses, cpu.peakMemory)
  }

  private func bits(_ session: DecoderSession) -> [[UInt32]] {
    session.weights.map { $0.value.toArray().map(\.bitPattern) }
  }

  @Test("Matrices are bf16 and vectors f32; a resumed run on two threads has the bits of one that was never stopped")
  func resumed() throws {
    let run = try TinyRun()
    defer { run.remove() }
    let whole = try train(run, "whole", Self.settings).session
    for weight in whole.weights { #expect(weight.value.dtype == (weight.value.shape.rank > 1 ? .bf16 : .f32)) }
    #expect(try bits(train(run, "part", Self.settings, until: 5).session) != bits(whole))
    #expect(try bits(train(run, "part", Self.settings, threads: 2).session) == bits(whole))
    #expect(try run.metrics("part") == run.metrics("whole"))
  }

  @Test("Updates that are smaller than a bf16 weight can show are not lost: the loss falls as it does in f32")
  func smallSteps() throws {
    let run = try TinyRun()
    defer { run.remove() }
    // Adam moves a weight by about the rate, which is less than half a unit in the last place of most of them.
    let settings = [
      "average=~", "steps=40", "optimizer.learning_rate=2e-4", "schedule={kind: constant}", "evaluation.every=100",
      "optimizer.weight_decay=0", "model.deviation=0.2",
    ]
    let wide = try train(run, "wide", settings).losses
    let narrow = try train(run, "narrow", settings + ["precision=bf16"]).losses
    func fall(_ losses: [Double]) -> Double {
      (losses.prefix(5).reduce(0, +) - losses.suffix(5).reduce(0, +)) / 5
    }
    #expect(fall(wide) > 0.03)
    #expect(abs(fall(narrow) / fall(wide) - 1) < 0.2, "\(fall(narrow)), in f32 \(fall(wide))")
    for (found, expected) in zip(narrow, wide) { #expect(abs(found - expected) < 0.05) }
  }

  @Test(
    "What layers keep takes less memory, and a plan knows how much", arguments: ["", "recompute_activations: true"])
  func memory(line: String) throws {
    let run = try TinyRun()
    defer { run.remove() }
    // So many layers that what they keep is most of the memory.
    let shared = [
      "average=~", "batch.size=16", "steps=4", "evaluation.every=100", "validation=~",
      "model.config.num_hidden_layers=8", "model.config.intermediate_size=192",
    ]
    let settings = line.isEmpty ? shared : shared + ["recompute_activations=true"]
    let wide = try train(run, "wide", settings).memory
    let narrow = try train(run, "narrow", settings + ["precision=bf16"])
    // Layers that are computed again keep their inputs alone.
    if line.isEmpty { #expect(Double(narrow.memory) < 0.85 * Double(wide), "\(narrow.memory) of \(wide)") }
    let planning = CPU.planning(threads: 1)
    let session = try run.session(try run.recipe(settings: settings + ["precision=bf16"]), on: planning)
    let plan = try session.memoryPlan()
    #expect(abs(Double(planning.peakMemory) / Double(narrow.memory) - 1) < 0.1, "\(planning.peakMemory)")
    let matrices = narrow.session.weights.filter { $0.value.shape.rank > 1 }.reduce(0) { $0 + $1.value.elementCount }
    let all = narrow.session.weights.reduce(0) { $0 + $1.value.elementCount }
    #expect(plan.weights == 4 * all - 2 * matrices)
    #expect(plan.gradients == 4 * all)
    // Two moments, and the bits that matrices lack.
    #expect(plan.optimizer == 8 * all + 2 * matrices)
  }

  @Test("The result is written in bf16 and holds what the model computed with")
  func written() throws {
    let run = try TinyRun()
    defer { run.remove() }
    let session = try train(run, "run", Self.settings + ["steps=3"]).session
    let final = run.folder.appendingPathComponent("final").path
    try session.writeResult(to: final, companions: nil)
    let folder = try ModelFolder.open(final)
    let source = try folder.weights.open()
    #expect(!source.tensorNames.isEmpty)
    #expect(source.tensorNames.allSatisfy { source.info($0)?.type == .dense(.bf16) })
    let config = try String(contentsOfFile: "\(final)/config.json", encoding: .utf8)
    #expect(config.contains("bfloat16"))
    let again = try DecoderCheckpoint.open(final).load(use: .trainingAll, on: CPU(threads: 1))
    let stored = Dictionary(uniqueKeysWithValues: again.parameters.map { ($0.name, $0.value.toArray()) })
    for weight in session.weights where weight.value.dtype == .bf16 {
      #expect(stored[weight.name] == weight.value.toArray(), "\(weight.name)")
    }
  }

  @Test(
    "Encoders, encoders with a decoder, and adapters are trained so too", arguments: ["encoder", "adapter", "spans"])
  func others(kind: String) throws {
    let encoder = try SmallEncoder()
    defer { encoder.remove() }
    let small = try SmallT5()
    defer { small.remove() }
    let settings = ["precision=bf16", "steps=6", "evaluation.every=4"]
    func session() throws -> any TrainingSession {
      switch kind {
      case "spans": return try small.session(settings)
      case "adapter":
        return try encoder.session(
          try SmallTask.classify.recipe(encoder, settings + ["train={method: lora, rank: 2, targets: [query]}"]))
      default: return try encoder.session(try SmallTask.classify.recipe(encoder, settings))
      }
    }
    func train(_ name: String, until stop: Int? = nil) throws -> [[UInt32]] {
      let session = try session()
      let losses = try encoder.train(session, name, until: stop).losses
      #expect(losses.allSatisfy { $0.isFinite })
      let isNarrow = session.weights.contains { $0.value.dtype == .bf16 }
      #expect(isNarrow == (kind != "adapter"))
      return SmallEncoder.bits(session.model.parameters)
    }
    let whole = try train("whole")
    #expect(try train("part", until: 4) != whole)
    #expect(try train("part") == whole)
  }

  @Test(
    "What weights in bf16 are not trained with is refused by name",
    arguments: ["average: 0.9", "adversarial: {kind: fgm}", "distributed: {sharing: zero1}"])
  func refused(line: String) throws {
    let run = try TinyRun()
    defer { run.remove() }
    let name = line.prefix { $0 != ":" }
    let settings = Self.settings + (name == "average" ? ["average=0.9"] : [])
    let error = #expect(throws: TrainingError.self) {
      try run.recipe(name == "average" ? "" : line, settings: settings)
    }
    #expect(error?.code == .unsupported)
    #expect(error?.expected.contains(name) == true)
  }
}
