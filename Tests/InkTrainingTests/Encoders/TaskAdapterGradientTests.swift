import Foundation
import InkData
import InkModels
import InkNN
import InkTensor
import InkTraining
import Testing

/// Adapters beside encoders, and beside encoders with a decoder: what a pass gives as gradients is what its loss does.
@Suite struct TaskAdapterGradientTests {
  /// What adapters a recipe names; rows are of whole blocks of NF4. Differences show no gradients where inputs are rounded
  /// to 8 bits (other packed bases) or where a length is taken for a constant (DoRA).
  static let adapters = [
    "method: lora, rank: 2, targets: [TARGETS]", "method: lora, rank: 2, targets: [TARGETS], base: nf4",
    "method: adalora, rank: 3, target: 2, targets: [TARGETS], warmup: 0, final: 0, orthogonality: 0.7",
    "method: adalora, rank: 3, target: 2, targets: [TARGETS], warmup: 0, final: 0, base: nf4",
    "method: vera, rank: 4, targets: [TARGETS]", "method: ia3, targets: [TARGETS]",
    "method: prompt, length: 2", "method: p_tuning, length: 2, encoder: lstm, width: 8",
  ]

  @Test("Gradients beside an encoder, of its new head too, agree with differences", arguments: adapters)
  func encoder(adapter: String) throws {
    let encoder = try SmallEncoder()
    defer { encoder.remove() }
    let data = try encoder.file("data.jsonl", SmallTask.classify.lines)
    let train = adapter.replacing("TARGETS", with: "query, value")
    let session = try encoder.session(
      try encoder.recipe(
        "task: classify\ntrain: {\(train)}", data: data,
        ["model.config.hidden_size=64", "model.config.intermediate_size=64"]))
    let model = try #require(session.model as? SequenceClassifier)
    let labels = try #require(model.body.model.spec.outputs.classifier).labels
    let task = ClassificationTask(
      encoder: try EncoderText(tokenizer: encoder.tokenizer, contextLength: 16), labels: try LabelSet(names: labels))
    let check = PassGradientCheck()
    check.scatter(model.parameters)
    try check(model, try PassGradientCheck.step(of: task, data))
  }

  @Test(
    "Gradients beside an encoder with a decoder, of a head of its own too, agree with differences",
    arguments: adapters + ["method: lora, rank: 2, targets: [q, v], also: [lm_head, wo]"])
  func transducer(adapter: String) throws {
    let small = try SmallT5()
    defer { small.remove() }
    let train = adapter.replacing("TARGETS", with: "q, v")
    // Around the corners of relu there is no derivative that differences would show, and scores that are not scaled bend
    // too much where weights are large.
    let session = try small.session(
      [
        "model.config.d_model=64", "model.config.d_kv=16", "model.config.d_ff=64",
        "model.config.feed_forward_proj=gated-gelu", "model.deviation=0.05",
      ], train: train)
    let model = try #require(session.model as? SequenceTransducer)
    let task = try SequencePairTask(
      encoder: try EncoderText(tokenizer: small.tokenizer, contextLength: 12),
      corruption: try SpanCorruption(
        density: 0.3, meanSpanLength: 2, sentinels: SpanCorruption.sentinels(of: small.tokenizer)),
      decoderStart: 0)
    let check = PassGradientCheck()
    check.scatter(model.parameters)
    try check(
      model, try PassGradientCheck.step(of: task, small.data, documents: TextDocuments(division: .lines), rows: 3))
  }
}
