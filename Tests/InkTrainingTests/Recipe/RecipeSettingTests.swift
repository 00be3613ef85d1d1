import InkData
import InkTraining
import Testing

/// What the command line sets in a recipe.
@Suite struct RecipeSettingTests {
  @Test("A setting takes the place of a value, or makes one with the parts above it")
  func settings() throws {
    let recipe = try RecipeTests.recipe(
      "batch: {size: 16}",
      settings: [
        "batch.size=4", "evaluation.every=7", "optimizer.learning_rate=1e-5", "data.0.path=[b.txt, c.txt]",
        "schedule={kind: linear, warmup: 2}", "seed=3",
      ])
    #expect(recipe.batch.size == 4)
    #expect(recipe.evaluation.every == 7)
    #expect(recipe.optimization.learningRate == 1e-5)
    #expect(recipe.data[0].paths == ["b.txt", "c.txt"])
    #expect(recipe.optimization.schedule == .linear())
    #expect(recipe.seed == 3)
  }

  @Test("Steps of the command line take the place of epochs in the file")
  func length() throws {
    #expect(try RecipeTests.recipe("epochs: 3", settings: ["steps=5"]).length == .steps(5))
    #expect(try RecipeTests.recipe(settings: ["epochs=2"]).length == .epochs(2))
    #expect(throws: TrainingError.self) { _ = try RecipeTests.recipe(settings: ["epochs=2", "steps=5"]) }
  }

  @Test(
    "A setting that cannot be is refused by its own words",
    arguments: [
      ("batch.size=many", "--set batch.size=many: batch.size"), ("batch.sze=2", "--set batch.sze=2: batch.sze"),
      ("batch={size: 0}", "--set batch={size: 0}: batch.size"), ("data.0.pth=x", "--set data.0.pth=x: data[0].pth"),
      ("data.7.path=x", "--set data.7.path=x"), ("seed.more=1", "--set seed.more=1"), ("=1", "--set =1"),
      ("batch", "--set batch"), ("batch..size=1", "--set batch..size=1"), ("batch.size=[", "--set batch.size=["),
      ("batch.size=", "--set batch.size="),
    ])
  func refused(_ setting: String, _ place: String) throws {
    let error = #expect(throws: TrainingError.self) { _ = try RecipeTests.recipe("seed: 1", settings: [setting]) }
    #expect(error?.context.hasPrefix(place) == true, "\(error?.description ?? "")")
  }

  @Test("A mistake in the file keeps its line when something else is set")
  func lines() throws {
    let error = #expect(throws: TrainingError.self) {
      _ = try RecipeTests.recipe("# a comment\n\nsed: 1", settings: ["batch.size=4"])
    }
    #expect(error?.context == "recipe.yaml:9: sed")
  }

  @Test("The text that a run keeps is the recipe with its settings")
  func kept() throws {
    let text = """
      task: pretrain   # a comment
      model: {path: "12"}
      data: [{path: a.txt, separator: "%"}]
      sequence: {length: 8}
      optimizer: {learning_rate: 1e-3, weight_decay: 0}
      samples: ["《", "true"]
      steps: 10
      """
    let kept = try RecipeText(text, file: "recipe.yaml", settings: ["batch.size=4", "clip=1.0"])
    let recipe = try Recipe(kept)
    #expect(try Recipe(yaml: kept.text, file: "kept") == recipe)
    #expect(recipe.batch.size == 4)
    #expect(recipe.samples == ["《", "true"])
    // It is canonical: kept again it is the same.
    #expect(try RecipeText(kept.text, file: "kept").text == kept.text)
  }
}
