import Foundation
import InkAdapters
import InkFormats
import InkModels
import InkNN
import InkTensor
import InkTraining
import Testing

/// Adapters that bring the head of classes which their base does not have.
@Suite struct AdapterHeadTests {
  private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// A folder that PEFT wrote (`Scripts/parity/adapters.py encoders`).
  private static func folder(_ name: String) -> String {
    tests.appendingPathComponent("InkAdaptersTests/Fixtures/encoders/\(name)").path
  }

  private static func model(_ name: String) -> String {
    tests.appendingPathComponent("InkModelsTests/Fixtures/models/\(name)").path
  }

  @Test(
    "Classes are PEFT's: with a head of one map and of two, for sequences and tokens, behind virtual tokens and with all biases too",
    arguments: [
      ("bert_token_classes", "bert"), ("roberta_classes", "roberta"), ("roberta_prompt_classes", "roberta"),
      ("roberta_bias_classes", "roberta"),
    ])
  func classes(name: String, base: String) throws {
    let cpu = CPU(threads: 2)
    let checkpoint = try EncoderCheckpoint.open(Self.model(base))
    let model = try checkpoint.load(with: StoredAdapter.open(Self.folder(name)), named: "test", on: cpu)
    let expected = try SafetensorsFile.open("\(Self.folder(name))/expected.safetensors")
    let ids = try expected.tensor("input_ids")
    let inputs = (0..<ids.shape[0]).map { EncoderInput(tokens: ids[$0].toIntegers().map { Int32($0) }) }
    let found = try #require(model.classLogits(model.states(of: inputs, on: cpu), on: cpu)).toArray()
    let reference = try expected.tensor("result").toArray()
    #expect(found.count == reference.count)
    let distance = zip(found, reference).map { abs($0 - $1) }.max() ?? .infinity
    #expect(distance < 1e-4 * max(reference.map(abs).max() ?? 0, 1), "\(distance)")
  }

  @Test("What was trained with a new head computes the same beside the base without one, which stays as it is")
  func trained() throws {
    let encoder = try SmallEncoder()
    defer { encoder.remove() }
    let cpu = CPU(threads: 1)
    try encoder.session(try SmallTask.masked.recipe(encoder, ["steps=2"]))
      .writeResult(to: encoder.path("base"), companions: nil)
    let recipe = try encoder.recipe(
      "task: classify\ntrain: {method: lora, rank: 2, targets: [query]}",
      data: try encoder.file("data.jsonl", SmallTask.classify.lines), ["steps=4"])
    let session = try encoder.session(recipe, base: encoder.path("base"))
    try encoder.train(session, "run")
    try session.writeResult(to: encoder.path("final"), companions: nil)
    let trained = try #require(session.model as? SequenceClassifier).body.model
    let loaded = try EncoderCheckpoint.open(encoder.path("base"))
      .load(with: StoredAdapter.open(encoder.path("final")), named: "test", on: cpu)
    let inputs = [EncoderInput(tokens: [2, 5, 17, 22, 3])]
    let (one, other) = try (
      #require(trained.classLogits(trained.states(of: inputs, on: cpu), on: cpu)).toArray(),
      #require(loaded.classLogits(loaded.states(of: inputs, on: cpu), on: cpu)).toArray()
    )
    #expect(one.count == 4)
    for (a, b) in zip(one, other) { #expect(abs(a - b) < 1e-4) }
  }

  @Test("A part of a head that neither base nor adapter has is named")
  func incomplete() throws {
    let encoder = try SmallEncoder()
    defer { encoder.remove() }
    let recipe = try encoder.recipe(
      "task: classify\ntrain: {method: lora, rank: 2, targets: [query]}",
      data: try encoder.file("data.jsonl", SmallTask.classify.lines), ["steps=2"])
    // The base of a masked model has no pooler; the adapter brings one, which is taken out here.
    try encoder.session(try SmallTask.masked.recipe(encoder, ["steps=2"]))
      .writeResult(to: encoder.path("base"), companions: nil)
    let session = try encoder.session(recipe, base: encoder.path("base"))
    try encoder.train(session, "run")
    try session.writeResult(to: encoder.path("final"), companions: nil)
    let stored = try StoredAdapter.open(encoder.path("final"))
    let kept = try stored.tensors.tensorNames.filter { !$0.contains("pooler") }.map { try stored.tensors.stored($0) }
    #expect(kept.count + 2 == stored.tensors.tensorNames.count)
    let partial = StoredAdapter(
      path: "partial", configuration: stored.configuration, tensors: try TensorCollection(kept, path: "partial"))
    let error = #expect(throws: TrainingError.self) {
      try EncoderCheckpoint.open(encoder.path("base")).load(with: partial, named: "test", on: CPU(threads: 1))
    }
    #expect(error?.context.contains("pooler") == true, "\(error?.description ?? "")")
  }
}
