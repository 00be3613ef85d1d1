import Foundation
import Testing

/// What `train --plan` predicts, beside what the run then takes.
@Suite("Plans of training", .enabled(if: ProgramRun.isBuilt, "the program was not built beside the tests"))
struct TrainingPlanTests {
  @Test("the predicted peak is that of the run, and a plan writes nothing")
  func prediction() throws {
    let caches = try TemporaryFolder()
    let lines = (0..<3000).map { "the line \($0) says that \($0 * 7 % 13) follows \($0 * 5 % 11)" }
    let data = try caches.write(lines.joined(separator: "\n"), to: "lines.txt")
    let recipe = try caches.write(
      """
      task: pretrain
      seed: 3
      model:
        config: {model_type: llama, hidden_size: 128, intermediate_size: 256, num_hidden_layers: 4,
          num_attention_heads: 4, num_key_value_heads: 4, max_position_embeddings: 128, rms_norm_eps: 1e-5}
      tokenizer: {vocabulary: 512}
      data: [{path: \(data), documents: lines}]
      sequence: {length: 128, packing: concatenate}
      optimizer: {kind: adamw, learning_rate: 1e-3}
      batch: {size: 24}
      steps: 3
      evaluation: {every: 100}
      checkpoint: {every: 2}
      """, to: "recipe.yaml")
    let output = caches.file("run")
    let planned = try ProgramRun(["train", recipe, "--plan", "--json", "--output", output], caches: caches)
    #expect(planned.status == 0, "\(planned.errors)")
    #expect(!FileManager.default.fileExists(atPath: output))
    let plan = try planned.json()
    let peak = try #require(plan["peak"] as? Double)
    let parts = ["program", "weights", "gradients", "optimizer", "activations"].compactMap { plan[$0] as? Double }
    #expect(parts.count == 5 && parts.reduce(0, +) <= peak)

    let trained = try ProgramRun(["train", recipe, "--output", output, "--quiet"], caches: caches)
    #expect(trained.status == 0, "\(trained.errors)")
    let last = try #require(
      try String(contentsOfFile: "\(output)/timings.jsonl", encoding: .utf8).split(separator: "\n").last)
    let timing = try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any]
    let real = try #require(timing?["memory_bytes"] as? Double)
    #expect(abs(peak / real - 1) < 0.15, "predicted \(peak), taken \(real)")
  }
}
