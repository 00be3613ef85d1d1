import InkFormats
import InkNN
package import InkTensor

/// The layer of a model that predicts the token after the next one (multi-token prediction, DeepSeek-AI, 2024,
/// "DeepSeek-V3 Technical Report", 2.2).
///
/// At a position it is told what the model made of it and which token comes next: both are normalized, joined, brought
/// back to the model's width, and go through a layer like the model's last one, with keys and values of its own. What
/// comes out is the last hidden state of the next position as the layer expects it, so it can be fed back.
package struct PredictionLayer: Sendable {
  /// How the pages of its own cache are laid out.
  package let cacheLayout: KeyValueLayout
  private let embedding: DecoderLM.Embedding
  private let embeddingNorm: Norm
  private let hiddenNorm: Norm
  private let projection: Linear
  private let block: any DecoderBlock
  private let rotaries: [RotaryEmbedding]
  private let finalNorm: Norm
  private let head: DecoderLM.Head

  /// Reads the first of a model's prediction layers.
  ///
  /// Embedding and head are the model's where the checkpoint does not store them again. Layers behind the first one
  /// are not read: the published models have one.
  ///
  /// - Throws: `missingTensor` when the checkpoint has no such layer or lacks a part of it, `shapeMismatch`,
  ///   `unsupported`, naming the tensor.
  package init(of model: DecoderLM, on cpu: CPU) throws(ModelLoadError) {
    guard let stored = model.prediction, let layer = model.spec.layers.last, let place = model.cacheLayout.layers.last,
      let norm = model.spec.finalNorm
    else {
      throw ModelLoadError(
        .missingTensor, context: "prediction layer", expected: "a layer that predicts the token after the next one",
        found: model.spec.predictionLayers > 0 ? "a checkpoint that leaves it out" : "a model without one")
    }
    let name = "prediction.0"
    let width = model.spec.width
    var reader = WeightReader(source: stored.source, cpu: cpu)
    var shape = model.spec
    shape.layers = [layer]
    cacheLayout = shape.cacheLayout(element: place.element)
    embeddingNorm = try reader.norm("\(name).embeddingNorm", norm, width: width)
    hiddenNorm = try reader.norm("\(name).hiddenNorm", norm, width: width)
    projection = try reader.linear("\(name).projection", outputs: width, inputs: 2 * width, bias: .none)
    let mixer = try reader.mixer(layer.mixer, name: "\(name).mixer", width: width, cache: cacheLayout.layers[0])
    rotaries = mixer.rotary.map { [$0] } ?? []
    block = WiredBlock(
      mixer: mixer,
      feedForward: try reader.feedForward(layer.feedForward, name: "\(name).feedForward", width: width),
      join: try reader.join(layer, name: name, width: width))
    finalNorm = try reader.norm("\(name).finalNorm", norm, width: width)
    embedding = try PredictionLayer.embedding("\(name).embedding.weight", of: model, &reader)
    head = try PredictionLayer.head("\(name).head.weight", of: model, &reader)
  }

  private static func embedding(
    _ name: String, of model: DecoderLM, _ reader: inout WeightReader
  ) throws(ModelLoadError) -> DecoderLM.Embedding {
    let own = model.embedding
    guard reader.source.contains(name) else {
      return DecoderLM.Embedding(
        table: EmbeddingTable(weight: own.table.weight), projection: own.projection, scale: own.scale, positions: nil,
        norm: nil)
    }
    let table = try reader.matrix(name, outputs: model.spec.vocabulary, inputs: model.spec.width)
    return DecoderLM.Embedding(
      table: EmbeddingTable(weight: table), projection: nil, scale: own.scale, positions: nil, norm: nil)
  }

  private static func head(
    _ name: String, of model: DecoderLM, _ reader: inout WeightReader
  ) throws(ModelLoadError) -> DecoderLM.Head {
    guard reader.source.contains(name) else { return model.head }
    let weight = try reader.matrix(name, outputs: model.spec.vocabulary, inputs: model.spec.width)
    return DecoderLM.Head(
      input: nil, projection: Linear(weight: weight, bias: nil), rows: .asStored, softCap: model.head.softCap,
      scale: model.head.scale)
  }

  /// What the layer expects the model's last hidden states to be at the positions after the given ones, [rows, width].
  ///
  /// - Parameters:
  ///   - hidden: last hidden states, [rows, width]: the model's, or what this layer gave for the position before.
  ///   - tokens: the token behind each row's position; ids outside the vocabulary are a programmer's error.
  ///   - segments: the sequences that the rows belong to, over pages of ``cacheLayout``; they gain these rows.
  package func callAsFunction(
    _ hidden: Tensor, next tokens: [Int32], segments: [AttentionSegment], on cpu: CPU
  ) -> Tensor {
    let step = DecoderStep(segments: segments, rotaries: rotaries, adapters: .none, cpu: cpu)
    let known = hiddenNorm(hidden, on: cpu)
    let next = embeddingNorm(embedding.rows(of: tokens, in: step.linears), on: cpu)
    let joined = cpu.joinColumns(next, known)  // [rows, 2 * width]
    return finalNorm(block(projection(joined, in: step.linears), step: step), on: cpu)
  }

  /// The logits of the tokens after the next ones, [rows, vocabulary].
  package func logits(of hidden: Tensor, on cpu: CPU) -> Tensor {
    head.logits(of: hidden, in: LinearContext(cpu: cpu, adapters: .none))
  }
}
