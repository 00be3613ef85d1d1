import Foundation
import InkNN
import InkTensor
import InkTraining
import Testing

/// Every kind of adapter that a recipe can name is trained beside a model that stays, and written in PEFT's layout.
@Suite struct AdapterRunTests {
  private static func bits(_ parameters: [Parameter]) -> [[UInt32]] {
    parameters.map { $0.value.toArray().map(\.bitPattern) }
  }

  @Test(
    "An adapter of every kind learns while the model stays as it is",
    arguments: [
      ("{method: lora, rank: 2, targets: [q_proj, v_proj], dropout: 0.1}", "LORA"),
      ("{method: lora, rank: 2, variant: rslora, ratio: 4}", "LORA"),
      ("{method: lora, rank: 2, targets: [q_proj], variant: dora}", "LORA"),
      ("{method: lora, rank: 2, targets: [o_proj], variant: pissa}", "LORA"),
      ("{method: lora, rank: 2, targets: [q_proj], also: [embed_tokens]}", "LORA"),
      ("{method: ia3, targets: [k_proj, v_proj, down_proj], feed_forward: down_proj}", "IA3"),
      ("{method: adapter, width: 4}", "BOTTLENECK"), ("{method: prompt, length: 3}", "PROMPT_TUNING"),
      ("{method: prompt, length: 3, text: the line says}", "PROMPT_TUNING"),
      ("{method: p_tuning, length: 3, encoder: mlp, width: 8}", "P_TUNING"),
      ("{method: p_tuning, length: 3, encoder: lstm, width: 8}", "P_TUNING"),
      ("{method: vera, rank: 8, targets: [q_proj, v_proj]}", "VERA"),
      ("{method: adalora, rank: 4, target: 3, targets: [q_proj, v_proj]}", "ADALORA"),
      ("{method: llama_adapter, length: 3}", "ADAPTION_PROMPT"),
      ("{method: prefix, length: 3}", "PREFIX_TUNING"), ("{method: prefix, length: 3, projection: 8}", "PREFIX_TUNING"),
    ])
  func kinds(_ train: String, _ type: String) throws {
    let run = try TinyRun()
    defer { run.remove() }
    let session = try run.session(try run.recipe("train: \(train)", settings: ["steps=3", "evaluation.every=3"]))
    let before = Self.bits(session.weights)
    let adapter = try #require(session.adapter).adapter
    let start = Self.bits(adapter.parameters)
    #expect(!start.isEmpty)
    var training = try session.run(in: try run.open("run"), resumption: .auto) { _ in }
    #expect(try training.run(shouldStop: { false }) == .finished)
    #expect(Self.bits(session.weights) == before)
    for (parameter, old) in zip(adapter.parameters, start) {
      #expect(parameter.value.toArray().map(\.bitPattern) != old, "\(parameter.name) did not change")
    }
    let final = run.folder.appendingPathComponent("final").path
    try session.writeResult(to: final, companions: nil)
    let configuration = try String(contentsOfFile: "\(final)/adapter_config.json", encoding: .utf8)
    #expect(configuration.contains("\"\(type)\""))
  }

  @Test(
    "An adapter whose run was stopped and resumed has the bits of one that was not",
    arguments: [
      "{method: lora, rank: 2, targets: [q_proj], dropout: 0.2, also: [lm_head]}",
      "{method: vera, rank: 8, targets: [q_proj, down_proj]}",
      "{method: adalora, rank: 4, target: 2, warmup: 1, final: 3, targets: [q_proj, v_proj]}",
      "{method: llama_adapter, length: 3, layers: 1}",
    ])
  func resumed(method: String) throws {
    let run = try TinyRun()
    defer { run.remove() }
    let recipe = try run.recipe("train: \(method)")
    func train(_ name: String, until stop: Int? = nil) throws -> [[UInt32]] {
      let session = try run.session(recipe)
      var step = 0
      var training = try session.run(in: try run.open(name), resumption: .auto) { _ in }
      _ = try training.run(observe: { step = $0.step }, shouldStop: { stop.map { step >= $0 } ?? false })
      return try Self.bits(#require(session.adapter).adapter.parameters)
    }
    let whole = try train("whole")
    #expect(try train("part", until: 5) != whole)
    #expect(try train("part") == whole)
    #expect(try run.metrics("part") == run.metrics("whole"))
  }

  @Test("Ranks are given out by the end of a run, and what is left is what the file has")
  func ranks() throws {
    let run = try TinyRun()
    defer { run.remove() }
    let recipe = try run.recipe(
      "train: {method: adalora, rank: 4, target: 2, warmup: 1, final: 3, targets: [q_proj, v_proj]}")
    let session = try run.session(recipe)
    var training = try session.run(in: try run.open("run"), resumption: .auto) { _ in }
    #expect(try training.run(shouldStop: { false }) == .finished)
    let parts = try #require(session.adapter).adapter.singularParts
    #expect(parts.reduce(0) { $0 + $1.rank } == 16)
    #expect(parts.reduce(0) { $0 + $1.values.toArray().count { $0 != 0 } } == 8)
    #expect(training.trainer.ranks?.ranks.reduce(0, +) == 8)
  }

  @Test(
    "Settings that cannot be are refused with their place",
    arguments: [
      ("{method: adalora, rank: 4, target: 5}", "target"), ("{method: adalora, final: 12}", "adalora"),
      ("{method: llama_adapter, also: [lm_head]}", "also"), ("{method: llama_adapter, layers: 3}", "adapter_layers"),
      ("{method: prompt, length: 40}", "sequence.length"), ("{method: vera, targets: []}", "targets"),
      ("{method: vera, initial: 0}", "initial"),
    ])
  func wrong(train: String, place: String) throws {
    let run = try TinyRun()
    defer { run.remove() }
    let error = #expect(throws: TrainingError.self) { try run.session(try run.recipe("train: \(train)")) }
    #expect(error?.context.contains(place) == true, "\(String(describing: error))")
  }
}
