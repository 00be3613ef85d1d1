import Foundation
import InkNN
import InkTensor
import InkTraining
import Testing

@Suite struct EncoderAdapterTests {
  @Test(
    "An adapter learns beside an encoder that stays, with the head that is new, and a resumed one has the same bits",
    arguments: [
      "{method: lora, rank: 2, alpha: 8, targets: [query, value], dropout: 0.1}",
      "{method: lora, rank: 2, targets: [query], variant: dora}", "{method: lora, rank: 2, variant: rslora}",
      "{method: ia3, targets: [key, value]}", "{method: adapter, width: 4}",
      "{method: vera, rank: 4, targets: [query, value]}", "{method: prompt, length: 3}",
      "{method: prefix, length: 3}", "{method: prefix, length: 2, projection: 6}",
      "{method: lora, rank: 2, targets: [query], bias: all}",
      "{method: prompt, length: 2, text: the red dog}", "{method: p_tuning, length: 3, encoder: mlp, width: 8}",
      "{method: adalora, rank: 4, target: 2, warmup: 1, final: 1, targets: [query, value]}",
    ])
  func learning(train: String) throws {
    let encoder = try SmallEncoder()
    defer { encoder.remove() }
    let data = try encoder.file("data.jsonl", SmallTask.classify.lines)
    let recipe = try encoder.recipe("task: classify\ntrain: \(train)", data: data, ["steps=6"])
    func run(_ name: String, until stop: Int? = nil) throws -> (any TrainingSession, [[UInt32]]) {
      let session = try encoder.session(recipe)
      try encoder.train(session, name, until: stop)
      return (session, SmallEncoder.bits(try #require(session.adapter).adapter.parameters))
    }
    let untouched = SmallEncoder.bits(try encoder.session(recipe).weights)
    let (session, whole) = try run("whole")
    #expect(SmallEncoder.bits(session.weights) == untouched)
    #expect(try run("part", until: 4).1 != whole)
    #expect(try run("part").1 == whole)
    try session.writeResult(to: encoder.path("final"), companions: nil)
    let configuration = try String(contentsOfFile: encoder.path("final/adapter_config.json"), encoding: .utf8)
    #expect(configuration.contains(#""task_type": "SEQ_CLS""#))
    #expect(configuration.contains(#""classifier""#))
  }

  @Test(
    "Every task of encoders learns with virtual tokens before its texts", arguments: SmallTask.allCases,
    ["prompt", "prefix"])
  func prompts(task: SmallTask, method: String) throws {
    let encoder = try SmallEncoder()
    defer { encoder.remove() }
    let recipe = try encoder.recipe(
      "\(task.recipe)\ntrain: {method: \(method), length: 2}", data: try encoder.file("data.jsonl", task.lines),
      ["steps=4", "dropout=0.1", "evaluation.every=4"])
    let session = try encoder.session(recipe)
    let before = SmallEncoder.bits(session.model.parameters)
    #expect(!before.isEmpty)
    try encoder.train(session, "run")
    #expect(zip(SmallEncoder.bits(session.model.parameters), before).allSatisfy { $0 != $1 })
  }

  @Test(
    "Rows behind a gate in attention are refused, and so are texts that leave no positions for virtual tokens",
    arguments: [
      ("method: llama_adapter", "train.method"), ("method: prompt, length: 20", "sequence.length"),
      ("method: prefix, length: 20", "sequence.length"), ("method: prompt, length: 4000", "train.length"),
    ])
  func refused(train: String, place: String) throws {
    let encoder = try SmallEncoder()
    defer { encoder.remove() }
    let data = try encoder.file("data.jsonl", SmallTask.classify.lines)
    let recipe = try encoder.recipe("task: classify\ntrain: {\(train)}", data: data)
    let error = #expect(throws: TrainingError.self) { try encoder.session(recipe) }
    #expect(error?.context == place, "\(error?.description ?? "")")
  }
}
