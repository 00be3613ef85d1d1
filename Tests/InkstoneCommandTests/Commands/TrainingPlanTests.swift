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

  @Test("What is decoded on the way to a rounded base is not kept", arguments: ["nf4", "q8_0"])
  func roundedBase(form: String) throws {
    let caches = try TemporaryFolder()
    let data = try caches.write((0..<200).map { "the line \($0)" }.joined(separator: "\n"), to: "lines.txt")
    func recipe(_ name: String, model: String, more: String) throws -> String {
      try caches.write(
        """
        task: pretrain
        seed: 3
        model: \(model)
        data: [{path: \(data), documents: lines}]
        sequence: {length: 32, packing: concatenate}
        optimizer: {kind: sgd, learning_rate: 1e-3}
        batch: {size: 1}
        steps: 1
        checkpoint: {every: 100}
        \(more)
        """, to: "\(name).yaml")
    }
    let fresh = """
      {config: {model_type: llama, hidden_size: 512, intermediate_size: 1024, num_hidden_layers: 8,
        num_attention_heads: 8, num_key_value_heads: 8, max_position_embeddings: 64, rms_norm_eps: 1e-5}}
      """
    let base = try ProgramRun(
      [
        "train", try recipe("base", model: fresh, more: "tokenizer: {vocabulary: 300}"), "--quiet", "--output",
        caches.file("base"),
      ], caches: caches)
    #expect(base.status == 0, "\(base.errors)")
    let adapter = try recipe(
      "adapter", model: "{path: \(caches.file("base/final"))}",
      more: "train: {method: lora, rank: 2, targets: [q_proj], base: \(form)}")
    let output = caches.file("run")
    let planned = try ProgramRun(["train", adapter, "--plan", "--json", "--output", output], caches: caches)
    let peak = try #require(try planned.json()["peak"] as? Double)
    let trained = try ProgramRun(["train", adapter, "--output", output, "--quiet"], caches: caches)
    #expect(trained.status == 0, "\(trained.errors)")
    let last = try #require(
      try String(contentsOfFile: "\(output)/timings.jsonl", encoding: .utf8).split(separator: "\n").last)
    let timing = try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any]
    let real = try #require(timing?["memory_bytes"] as? Double)
    // The program itself is most of so small a run.
    #expect(abs(peak / real - 1) < 0.25, "predicted \(peak), taken \(real)")
  }

  @Test(
    "What no machine holds is refused with status 5 and the setting's name, by plans and by runs",
    arguments: [
      ("model.config.hidden_size=268435456", "model.config.hidden_size"),
      ("model.config.num_hidden_layers=4000", "model.config.num_hidden_layers"), ("batch.size=1048576", "batch.size"),
    ])
  func refused(setting: String, name: String) throws {
    let caches = try TemporaryFolder()
    let data = try caches.write("one line\nanother line", to: "lines.txt")
    let recipe = try caches.write(
      """
      task: pretrain
      model:
        config: {model_type: llama, hidden_size: 2048, intermediate_size: 2048, num_hidden_layers: 2,
          num_attention_heads: 4, num_key_value_heads: 4, max_position_embeddings: 1024, rms_norm_eps: 1e-5}
      tokenizer: {vocabulary: 300}
      data: [{path: \(data), documents: lines}]
      sequence: {length: 1024, packing: concatenate}
      optimizer: {kind: adamw, learning_rate: 1e-3}
      steps: 3
      """, to: "recipe.yaml")
    for mode in [["--plan"], ["--output", caches.file("run")]] {
      let run = try ProgramRun(["train", recipe, "--set", setting] + mode, caches: caches)
      #expect(run.status == 5, "\(run.errors)")
      #expect(run.errors.contains("error: \(name): more than the memory of this machine"), "\(run.errors)")
    }
  }
}
