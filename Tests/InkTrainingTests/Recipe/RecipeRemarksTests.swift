import InkTraining
import Testing

/// What a recipe says that comes to nothing, and what it may not say.
@Suite struct RecipeRemarksTests {
  @Test(
    "What has no effect is remarked, naming the key and a cure",
    arguments: [
      (["schedule.warmup=13"], "schedule.warmup: ", "--set schedule.warmup=1"),
      (["validation=~"], "evaluation: ", "--set validation.fraction="),
      (["train={method: lora, rank: 2}"], "train: ", "drawn by the seed"),
    ])
  func remarks(settings: [String], start: String, cure: String) throws {
    let run = try TinyRun()
    defer { run.remove() }
    let plain = try run.session(try run.recipe()).remarks
    #expect(!plain.contains { $0.hasPrefix(start) })
    let remarks = try run.session(try run.recipe(settings: settings)).remarks
    let found = try #require(remarks.first { $0.hasPrefix(start) })
    #expect(found.contains(cure))
    #expect(remarks.count == plain.count + 1)
  }

  @Test(
    "Settings that would train nothing, or nothing of the data, are refused by their place",
    arguments: [
      ("optimizer.learning_rate=0", "optimizer.learning_rate"), ("data=[{path: []}]", "data[0].path"),
      ("data=[]", "data"),
    ])
  func refused(setting: String, place: String) throws {
    let run = try TinyRun()
    defer { run.remove() }
    let error = #expect(throws: TrainingError.self) { try run.recipe(settings: [setting]) }
    #expect(error?.code == .invalidValue)
    #expect(error?.context.contains(place) == true)
  }

  @Test("Virtual tokens that leave no positions are refused with the number of both", arguments: [64, 63])
  func onlyVirtualTokens(length: Int) throws {
    let run = try TinyRun()
    defer { run.remove() }
    let recipe = try run.recipe(settings: ["train={method: prompt, length: \(length)}"])
    let error = #expect(throws: TrainingError.self) { try run.session(recipe) }
    #expect(error?.context == "train.length")
    #expect(error?.found == "\(length) of the model's 64 positions")
  }

  @Test("A checkpoint without the mean that the recipe keeps now is refused, with what to do")
  func withoutMean() throws {
    let run = try TinyRun()
    defer { run.remove() }
    func train(_ settings: [String]) throws {
      _ = try run.session(try run.recipe(settings: settings)).train(
        in: try run.open("run"), resumption: .auto, resumed: { _ in }, observe: { _ in }, shouldStop: { false })
    }
    try train(["average=~", "steps=3"])
    let error = #expect(throws: TrainingError.self) { try train(["steps=6"]) }
    #expect(error?.code == .mismatch)
    #expect(error?.hint.hasPrefix("Leave average out of the recipe") == true)
    try train(["average=~", "steps=6"])
  }
}
