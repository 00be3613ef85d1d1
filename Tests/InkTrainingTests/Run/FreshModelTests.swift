import InkModels
import InkTraining
import Testing

@Suite struct FreshModelTests {
  @discardableResult
  private func open(_ settings: [String]) throws -> DecoderSpec? {
    let run = try TinyRun()
    defer { run.remove() }
    let recipe = try run.recipe(settings: settings)
    guard case .fresh(let config, let deviation) = recipe.model else {
      Issue.record("\(recipe.model)")
      return nil
    }
    let base = try TrainingBase.fresh(config, deviation: deviation, for: recipe)
    return if case .decoder(let checkpoint) = base { checkpoint.spec } else { nil }
  }

  @Test("A name in a model's configuration that nothing reads is refused with the nearest right one")
  func unread() throws {
    let error = #expect(throws: TrainingError.self) { try open(["model.config.num_hiden_layers=3"]) }
    #expect(error?.code == .unknownKey)
    #expect(error?.context == "model.config.num_hiden_layers")
    #expect(error?.hint == "Did you mean num_hidden_layers?")
  }

  @Test("What configurations say besides of files, generation and training is no fault")
  func ofNoEffect() throws {
    let spec = try open([
      "model.config.torch_dtype=float32", "model.config.attention_dropout=0.0", "model.config.use_cache=true",
      "model.config.architectures=[LlamaForCausalLM]", "model.config.pad_token_id=0",
    ])
    #expect(try spec == open([]) && spec != nil)
  }

  @Test("A value of a configuration that cannot be right is refused at its place in the recipe")
  func invalid() throws {
    let error = #expect(throws: TrainingError.self) { try open(["model.config.hidden_size=-3"]) }
    #expect(error?.code == .invalidValue)
    #expect(error?.context == "model.config.hidden_size")
  }
}
