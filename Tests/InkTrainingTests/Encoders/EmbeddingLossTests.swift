import Foundation
import InkTensor
import InkTraining
import Testing

/// Losses of embeddings beside those of sentence-transformers (`Scripts/parity/embedding_losses.py`).
@Suite struct EmbeddingLossTests {
  private struct Reference: Decodable {
    struct Case: Decodable {
      let value: Double
      let gradients: [[Double]]
    }

    let anchors: [Float]
    let partners: [Float]
    let negatives: [Float]
    let scores: [Float]
    let losses: [String: Case]
  }

  @Test(
    "Values and gradients are the reference's",
    arguments: [
      ("inBatch", EmbeddingObjective.Loss.inBatch(scale: 20)), ("inBatch", .simcse(scale: 20)),
      ("negatives", .inBatch(scale: 20)), ("cosent", .cosent(scale: 20)), ("angle", .angle(scale: 20)),
      ("tripletCosine", .triplet(margin: 0.5, distance: .cosine)),
      ("tripletEuclidean", .triplet(margin: 5, distance: .euclidean)),
    ])
  func reference(_ name: String, _ kind: EmbeddingObjective.Loss) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/embedding_losses.json")
    let reference = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
    let expected = try #require(reference.losses[name])
    let inputs = [reference.anchors, reference.partners, reference.negatives].prefix(expected.gradients.count)
      .map { Tensor($0, shape: [5, 6]).asParameter() }
    let store = GradientStore(of: inputs)
    let cpu = CPU(threads: 2)
    let value = try cpu.valueAndGradient(of: store) { cpu in
      try EmbeddingLoss(kind)(
        EmbeddingLoss.Vectors(
          anchors: inputs[0], partners: inputs[1], negatives: inputs.count > 2 ? inputs[2] : nil,
          negativeCounts: inputs.count > 2 ? [1, 1, 1, 1, 1] : [0, 0, 0, 0, 0], scores: reference.scores),
        share: 1.0 / 5, on: cpu)
    }
    #expect(abs(Double(value.toArray()[0]) - expected.value) < 1e-5 * max(1, expected.value))
    for (input, gradient) in zip(inputs, expected.gradients) {
      let found = try #require(store[input]).toArray()
      for (own, other) in zip(found, gradient) { #expect(abs(Double(own) - other) < 2e-5) }
    }
  }

  @Test(
    "What a loss needs and a batch lacks is named",
    arguments: [
      EmbeddingObjective.Loss.cosent(scale: 20), .angle(scale: 20), .triplet(margin: 1, distance: .cosine),
    ])
  func lacking(kind: EmbeddingObjective.Loss) {
    let rows = Tensor([1, 0, 0, 1], shape: [2, 2])
    let error = #expect(throws: TrainingError.self) {
      try EmbeddingLoss(kind)(
        EmbeddingLoss.Vectors(anchors: rows, partners: rows), share: 1, on: CPU(threads: 1))
    }
    #expect(error?.code == .data)
  }
}
