import Foundation
import InkTensor
import InkTraining
import Testing

/// Runs that no machine holds are refused before anything of them is drawn or read.
@Suite struct RunRoomTests {
  private func require(_ settings: [String], in memory: Int, length: String = "steps: 12") throws {
    let run = try TinyRun()
    defer { run.remove() }
    let text = run.yaml("").replacingOccurrences(of: "steps: 12", with: length)
    let recipe = try Recipe(yaml: text, file: "recipe.yaml", settings: settings)
    guard case .fresh(let config, let deviation) = recipe.model else {
      Issue.record("\(recipe.model)")
      return
    }
    try TrainingBase.fresh(config, deviation: deviation, for: recipe).requireRoom(for: recipe, in: memory)
  }

  @Test(
    "The largest number of a configuration is named where the weights have no room",
    arguments: [
      (["model.config.hidden_size=268435456"], "hidden_size"),
      (["model.config.intermediate_size=268435456"], "intermediate_size"),
      (["model.config.vocab_size=268435456"], "vocab_size"),
      (["model.config.num_hidden_layers=4096"], "num_hidden_layers"),
      (["model.config.hidden_size=4194304", "model.config.num_hidden_layers=1024"], "hidden_size"),
    ])
  func tooLarge(settings: [String], key: String) throws {
    let error = try #require(throws: TrainingError.self) { try require(settings, in: 64 << 20) }
    #expect(error.code == .outOfMemory)
    #expect(error.context == "model.config.\(key)")
    #expect(error.description.contains("Make the model narrower"))
  }

  @Test("Weights count with what the optimizer remembers of them, their mean and their gradients")
  func parts() throws {
    // Embedding and head of 320 rows, two layers with grouped attention, norms.
    let weights = 2 * 320 * 32 + 2 * (32 * 32 * 2 + 32 * 16 * 2 + 3 * 32 * 48 + 2 * 32) + 32
    // Two moments, the mean, and gradients that wait to be clipped; four bytes each. Eight rows of 32 tokens in two layers.
    let settings = ["batch.size=16", "batch.accumulate=2"]
    let (model, rows) = (4 * 5 * weights, 8 * 32 * 32 * 4 * 2)
    try require(settings, in: model + rows)
    let narrow = try #require(throws: TrainingError.self) { try require(settings, in: model + rows - 1) }
    #expect(narrow.code == .outOfMemory && narrow.context == "batch.size")
    let without = try #require(throws: TrainingError.self) { try require(settings, in: model - 1) }
    #expect(without.context.hasPrefix("model.config"))
    #expect(without.found.contains("\(weights) weights"))
  }

  @Test("A batch that no machine holds is refused by its name, and one that ends with its texts is not")
  func batch() throws {
    let error = try #require(throws: TrainingError.self) { try require(["batch.size=1048576"], in: 1 << 30) }
    #expect(error.context == "batch.size" && error.hint.contains("batch.accumulate"))
    try require(["batch.size=1048576", "batch.accumulate=1048576"], in: 1 << 30)
    try require(["batch.size=1048576", "schedule.kind=constant"], in: 1 << 30, length: "epochs: 1")
  }
}
