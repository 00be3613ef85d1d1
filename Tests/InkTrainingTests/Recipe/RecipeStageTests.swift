import Foundation
import InkModels
import InkTensor
import InkTraining
import Testing

/// Recipes of several runs that follow one another.
@Suite struct RecipeStageTests {
  private static let yaml = """
    task: pretrain
    model: {path: some-model}
    tokenizer: {add: 20}
    data: [{path: lines.txt, documents: lines}]
    sequence: {length: 32}
    optimizer: {kind: adamw, learning_rate: 1e-3}
    batch: {size: 4}
    steps: 12
    stages:
      - name: embeddings
        train: {freeze: ["layers.*"]}
        steps: 5
      - name: lora
        optimizer: {kind: lion, learning_rate: 1e-4}
        train: {method: lora, rank: 2, targets: [q_proj]}
    """

  private func stages(_ yaml: String = Self.yaml, _ settings: [String] = []) throws -> [RecipeStage] {
    try RecipeText(yaml, file: "recipe.yaml", settings: settings).stages(in: "runs/one")
  }

  @Test("What a stage says takes the place of what the recipe says, and a later one begins from what was left")
  func parts() throws {
    let stages = try stages()
    #expect(stages.map(\.name) == ["embeddings", "lora"])
    #expect(stages.map(\.folder) == ["runs/one/stages/embeddings", "runs/one"])
    #expect(stages.map(\.isLast) == [false, true])
    #expect(stages.map(\.recipe.stepCount) == [5, 12])
    #expect(stages[0].recipe.model == .stored("some-model"))
    #expect(stages[0].recipe.tokenizer != nil)
    #expect(stages[0].recipe.weights == .full(freeze: ["layers.*"]))
    #expect(stages[1].recipe.model == .stored("runs/one/stages/embeddings/final"))
    #expect(stages[1].recipe.tokenizer == nil)
    #expect(stages[1].recipe.optimization.optimizer == .lion())
    #expect(stages[0].recipe.optimization.optimizer == .adamW())
    // What a stage keeps is a recipe of its own.
    #expect(try Recipe(yaml: stages[0].text.text, file: "kept") == stages[0].recipe)
    // The whole is kept where the result is.
    #expect(stages[1].text.text.contains("stages:"))
  }

  @Test("A recipe without stages is one run in the folder itself")
  func single() throws {
    let yaml = String(Self.yaml.prefix(upTo: try #require(Self.yaml.range(of: "stages:")).lowerBound))
    let stages = try stages(yaml)
    #expect(stages.count == 1 && stages[0].name == nil && stages[0].isLast && stages[0].folder == "runs/one")
    #expect(try stages[0].recipe == Recipe(yaml: yaml, file: "recipe.yaml"))
  }

  @Test("The command line sets values of the whole and of a stage")
  func settings() throws {
    let stages = try stages(Self.yaml, ["steps=3", "stages.0.steps=2", "stages.1.batch.size=1", "batch.accumulate=2"])
    #expect(stages.map(\.recipe.stepCount) == [2, 3])
    #expect(stages.map(\.recipe.batch.accumulate) == [2, 1])
    #expect(stages.map(\.recipe.batch.size) == [4, 1])
  }

  @Test(
    "What cannot be a stage is refused by its name and line",
    arguments: [
      ("name: lora", "name: embeddings", "13", "name"), ("name: lora", "name: a/b", "13", "name"),
      ("name: lora", "names: lora", "13", "name"),
      ("name: lora", "name: lora\n    model: {path: other}", "14", "model"),
      ("name: lora", "name: lora\n    tokenizer: {add: 3}", "14", "tokenizer"),
      ("name: lora", "name: lora\n    stages: []", "14", "stages"),
      ("freeze: [\"layers.*\"]", "method: lora, rank: 2, targets: [q_proj]", "11", "train"),
      ("steps: 5", "stepps: 5", "12", "stepps"),
      ("kind: lion", "kind: lyon", "14", "optimizer.kind"),
    ])
  func refused(old: String, new: String, line: String, place: String) throws {
    let yaml = Self.yaml.replacingOccurrences(of: old, with: new)
    let error = try #require(throws: TrainingError.self) { try stages(yaml) }
    #expect(error.context.contains("recipe.yaml:\(line)"), "\(error)")
    #expect(error.context.hasSuffix(place), "\(error)")
  }

  @Test("No list, none and too many stages are refused", arguments: ["stages: 3", "stages: []", "stages: {name: a}"])
  func noList(line: String) throws {
    let head = String(Self.yaml.prefix(upTo: try #require(Self.yaml.range(of: "stages:")).lowerBound))
    let error = try #require(throws: TrainingError.self) { try stages(head + line) }
    #expect(error.context == "recipe.yaml:9: stages")
    let many = (0..<17).map { "\n  - name: s\($0)" }.joined()
    #expect(throws: TrainingError.self) { try stages(head + "stages:" + many) }
    // A recipe alone cannot have them.
    #expect(throws: TrainingError.self) { try Recipe(yaml: Self.yaml, file: "recipe.yaml") }
  }

  // MARK: - Runs

  private static let stages = """
    stages:
      - name: first
        train: {freeze: ["layers.*"]}
        steps: 4
      - name: second
        steps: 5
        optimizer: {kind: adamw, learning_rate: 1e-3}
    """

  /// Goes on with the stages of a run as the command does; stops behind a step of one of them.
  private func train(
    _ run: TinyRun, _ folder: String, stopping: (stage: String, step: Int)? = nil, settings: [String] = []
  ) throws -> (done: [String], weights: [[UInt32]]) {
    var (done, weights) = ([String](), [[UInt32]]())
    for stage in try RecipeText(run.yaml(Self.stages), file: "recipe.yaml", settings: settings).stages(in: folder) {
      if try stage.isFinished { continue }
      let base: TrainingBase
      switch stage.recipe.model {
      case .fresh(let config, let deviation):
        base = try TrainingBase.fresh(config, deviation: deviation, for: stage.recipe)
      case .stored(let path): base = try TrainingBase.open(path, for: stage.recipe)
      }
      let session = try base.session(for: stage.recipe, language: run.language, on: CPU(threads: 1))
      let own = try RunFolder(stage.folder, keep: 2, resumption: .auto, reports: [], machine: .silent())
      try own.keep(stage.text)
      var step = 0
      let outcome = try session.train(
        in: own, resumption: .auto, resumed: { _ in }, observe: { step = $0.step },
        shouldStop: { stopping.map { $0.stage == stage.name && $0.step == step } ?? false })
      guard outcome.end == .finished else { return (done, weights) }
      if FileManager.default.fileExists(atPath: own.finalPath) {
        try FileManager.default.removeItem(atPath: own.finalPath)
      }
      try session.writeResult(to: own.finalPath, companions: nil)
      done.append(stage.name ?? "")
      weights = SmallEncoder.bits(session.weights)
    }
    return (done, weights)
  }

  @Test("A run that is stopped in any stage goes on there, to the bits of one that was not", arguments: [0, 1])
  func resumed(stage: Int) throws {
    let run = try TinyRun()
    defer { run.remove() }
    func path(_ name: String) -> String { run.folder.appendingPathComponent(name).path }
    let whole = try train(run, path("whole"))
    #expect(whole.done == ["first", "second"])
    let place = [("first", 2), ("second", 3)][stage]
    #expect(try train(run, path("part"), stopping: place).done == (stage == 0 ? [] : ["first"]))
    let rest = try train(run, path("part"))
    #expect(rest.done == (stage == 0 ? ["first", "second"] : ["second"]))
    #expect(rest.weights == whole.weights)
    #expect(try run.metrics("part") == run.metrics("whole"))
    #expect(try run.metrics("part/stages/first") == run.metrics("whole/stages/first"))
    // The second begins where the first ended.
    let first = try DecoderCheckpoint.open("\(path("whole"))/stages/first/final")
      .load(use: .trainingAll, on: CPU(threads: 1))
    #expect(SmallEncoder.bits(first.parameters) != whole.weights)
    #expect(first.parameters.count == whole.weights.count)
  }

  @Test("A finished stage of another recipe is not gone on from")
  func changed() throws {
    let run = try TinyRun()
    defer { run.remove() }
    let folder = run.folder.appendingPathComponent("run").path
    _ = try train(run, folder, stopping: ("second", 2))
    let error = #expect(throws: TrainingError.self) { try train(run, folder, settings: ["stages.0.steps=3"]) }
    #expect(error?.code == .mismatch)
    // The later stage may change: it is not finished.
    #expect(try train(run, folder, settings: ["stages.1.checkpoint.keep=1"]).done == ["second"])
  }
}
