import Foundation
import InkTensor
import InkTraining
import Testing

@Suite struct EncoderSessionTests {
  @Test("Every task of encoders learns what its data say", arguments: SmallTask.allCases)
  func learning(task: SmallTask) throws {
    let encoder = try SmallEncoder()
    defer { encoder.remove() }
    let session = try encoder.session(try task.recipe(encoder, ["steps=40", "evaluation.every=40"]))
    let before = SmallEncoder.bits(session.model.parameters)
    let (results, losses) = try encoder.train(session, "run")
    let (first, last) = (try #require(results.first), try #require(results.last))
    #expect(losses.suffix(5).reduce(0, +) < losses.prefix(5).reduce(0, +))
    let unchanged = zip(session.model.parameters, before).filter { SmallEncoder.bits([$0])[0] == $1 }
    #expect(unchanged.map(\.0.name).isEmpty)
    switch task {
    case .classify, .classifyTokens:
      #expect(try last.value(.accuracy) > 0.6)
      #expect(try last.value(.macroF1) > first.value(.macroF1))
    case .regress: #expect(try last.value(.pearson) > 0.5)
    case .answers:
      #expect(try last.value(.accuracy) >= first.value(.accuracy))
      #expect(last.loss < first.loss)
    case .cosent, .angle: #expect(try last.value(.spearman) > 0.3)
    case .inBatch, .negatives: #expect(try last.value(.accuracy) > 0.5)
    // A text is its own partner, and a triplet knows of one other text alone.
    case .simcse, .triplet: #expect(try last.value(.accuracy) > 0)
    case .masked, .wholeWords: #expect(last.measures.isEmpty)
    }
  }

  @Test(
    "A run that was stopped and resumed ends in the weights and the log of one that was not, on one thread or two",
    arguments: SmallTask.allCases)
  func resumed(task: SmallTask) throws {
    let encoder = try SmallEncoder()
    defer { encoder.remove() }
    let recipe = try task.recipe(encoder, ["steps=6", "dropout=0.2", "batch.accumulate=2", "evaluation.every=4"])
    func train(_ name: String, until stop: Int? = nil, threads: Int = 1) throws -> [[UInt32]] {
      let session = try encoder.session(recipe, threads: threads)
      try encoder.train(session, name, until: stop)
      return SmallEncoder.bits(session.weights)
    }
    let whole = try train("whole")
    #expect(try train("part", until: 4) != whole)
    #expect(try train("part", threads: 2) == whole)
    let logs = try ["whole", "part"].map {
      try Data(contentsOf: URL(fileURLWithPath: "\(encoder.path($0))/metrics.jsonl"))
    }
    #expect(logs[0] == logs[1])
  }

  @Test("A base that was trained for one task gets another head, and keeps the one that it has for the same classes")
  func heads() throws {
    let encoder = try SmallEncoder()
    defer { encoder.remove() }
    let recipe = try SmallTask.classify.recipe(encoder, ["steps=2"])
    let first = try encoder.session(recipe)
    #expect(first.remarks.contains("new weights: pooler, classifier"))
    try encoder.train(first, "first")
    try first.writeResult(to: encoder.path("base"), companions: nil)
    let again = try encoder.session(recipe, base: encoder.path("base"))
    #expect(SmallEncoder.bits(again.weights) == SmallEncoder.bits(first.weights))
    #expect(!again.remarks.contains { $0.hasPrefix("new weights") })
    let tokens = try encoder.session(
      try SmallTask.classifyTokens.recipe(encoder, ["steps=2"]), base: encoder.path("base"))
    #expect(tokens.remarks.contains("new weights: classifier"))
    #expect(tokens.remarks.contains("left out of the model: pooler"))
  }

  @Test("A model of another kind is refused by what the task needs")
  func otherKind() throws {
    let encoder = try SmallEncoder()
    defer { encoder.remove() }
    let recipe = try SmallTask.classify.recipe(encoder, ["model.config.model_type=llama"])
    let error = #expect(throws: TrainingError.self) { try encoder.session(recipe) }
    #expect(error?.code == .unsupported)
    #expect(error?.expected.contains("encoder") == true)
  }

  @Test("A score that no sigmoid gives is refused where cross-entropy is what is learned")
  func scoreOutside() throws {
    let encoder = try SmallEncoder()
    defer { encoder.remove() }
    let lines = SmallTask.answers.lines.map { $0.replacing(/"score": .*}/, with: "\"score\": 2}") }
    let recipe = try encoder.recipe(SmallTask.answers.recipe, data: try encoder.file("two.jsonl", lines))
    let error = #expect(throws: TrainingError.self) { try encoder.train(try encoder.session(recipe), "run") }
    #expect(error?.code == .data && error?.expected.contains("0.0 to 1.0") == true)
  }

  @Test("Dropout of nothing is refused where it is what is learned from")
  func simcseWithoutDropout() throws {
    let encoder = try SmallEncoder()
    defer { encoder.remove() }
    let error = #expect(throws: TrainingError.self) {
      try encoder.session(try SmallTask.simcse.recipe(encoder, ["dropout=0"]))
    }
    #expect(error?.context == "dropout")
  }

  @Test("Vectors that learn from texts alone are measured on scored pairs")
  func scoredValidation() throws {
    let encoder = try SmallEncoder()
    defer { encoder.remove() }
    let texts = try encoder.file("texts.jsonl", SmallTask.simcse.lines)
    let pairs = try encoder.file("pairs.jsonl", SmallTask.cosent.lines)
    let settings = SmallEncoder.settings.replacing(
      "validation: {fraction: 0.25}", with: "validation: [{path: \(pairs)}]")
    let yaml = "\(SmallTask.simcse.recipe)\ndata: [{path: \(texts)}]\n\(settings)"
    let session = try encoder.session(try Recipe(yaml: yaml, file: "recipe.yaml", settings: ["steps=6"]))
    let measured = try encoder.train(session, "run").measured
    #expect(measured.map(\.step) == [0, 6])
    for result in measured { #expect(try abs(result.value(.spearman)) <= 1) }
    let log = try RunLog(folder: encoder.path("run"))
    #expect(log.evaluations == measured)
  }

  @Test("Pairs of one score throughout are refused: there is no order to learn")
  func oneScore() throws {
    let encoder = try SmallEncoder()
    defer { encoder.remove() }
    let lines = SmallTask.cosent.lines.map { line in
      line.replacing(/"score": .*}/, with: "\"score\": 1}")
    }
    let recipe = try encoder.recipe(SmallTask.cosent.recipe, data: try encoder.file("same.jsonl", lines))
    let error = #expect(throws: TrainingError.self) { try encoder.session(recipe) }
    #expect(error?.code == .data)
  }

  @Test("Frozen parts stay; biases alone change with the head that is new")
  func frozen() throws {
    let encoder = try SmallEncoder()
    defer { encoder.remove() }
    for (settings, stays) in [
      (
        "train.freeze=[embedding.*, layers.0.*]",
        { (name: String) in name.hasPrefix("embedding.") || name.hasPrefix("layers.0.") }
      ),
      (
        "train.method=bitfit",
        { (name: String) in
          !name.hasSuffix(".bias") && !name.hasPrefix("pooler") && !name.hasPrefix("classifier")
        }
      ),
    ] as [(String, (String) -> Bool)] {
      let session = try encoder.session(try SmallTask.classify.recipe(encoder, ["steps=2", settings]))
      let before = SmallEncoder.bits(session.weights)
      try encoder.train(session, "run \(settings.hashValue)")
      for (parameter, old) in zip(session.weights, before) {
        #expect((SmallEncoder.bits([parameter])[0] == old) == stays(parameter.name), "\(settings): \(parameter.name)")
      }
    }
  }
}
