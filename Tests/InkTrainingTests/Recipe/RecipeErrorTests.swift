import InkTraining
import Testing

@Suite struct RecipeErrorTests {
  @Test(
    "A wrong recipe is refused with the place and the cure",
    arguments: [
      ("optimiser.kind=adamw", "optimiser", "optimizer"), ("sequence.lenght=3", "sequence.lenght", "length"),
      ("batch.size=0", "batch.size", "1 to"), ("schedule.kind=cosin", "schedule.kind", "cosine"),
      ("optimizer.learning_rate=fast", "optimizer.learning_rate", "a number"),
      ("train.method=lora8", "train.method", "lora"),
    ])
  func wrong(setting: String, place: String, cure: String) throws {
    let run = try TinyRun()
    defer { run.remove() }
    let error = #expect(throws: TrainingError.self) { try run.recipe(settings: [setting]) }
    let text = "\(error?.description ?? "")"
    #expect(text.contains(place), "\(text)")
    #expect(text.contains(cure), "\(text)")
  }

  @Test("An error names the line of the file")
  func line() throws {
    let error = #expect(throws: TrainingError.self) {
      try Recipe(yaml: "task: pretrain\nseed: 1\nmodle: {path: x}\n", file: "a.yaml")
    }
    #expect(error?.context.hasPrefix("a.yaml:") == true)
  }

  @Test("A setting of the command line wins over the file")
  func settings() throws {
    let run = try TinyRun()
    defer { run.remove() }
    let recipe = try run.recipe(settings: ["batch.size=6", "optimizer.learning_rate=0.5"])
    #expect(recipe.batch.size == 6)
    #expect(recipe.optimization.learningRate == 0.5)
  }

  @Test("A pattern that freezes nothing is an error, and so is a model of which nothing is left")
  func freezing() throws {
    let run = try TinyRun()
    defer { run.remove() }
    let missing = try run.recipe("train: {freeze: [\"no.such.*\"]}")
    let error = #expect(throws: TrainingError.self) { _ = try run.session(missing) }
    #expect(error?.context.contains("no.such.*") == true)
    let everything = try run.session(try run.recipe("train: {freeze: [\"*\"]}"))
    #expect(throws: TrainingError.self) {
      _ = try everything.run(in: try run.open("run"), resumption: .auto) { _ in }
    }
  }
}
