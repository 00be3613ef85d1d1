import InkFormats
import InkNN
public import InkTensor

/// A model that puts pictures and texts into one space, where what belongs together is near (CLIP; Radford et al.,
/// 2021).
public struct ClipModel: Sendable {
  /// What the model was built from.
  public let spec: ClipSpec
  /// What a picture goes through first; nil when the files do not say.
  public let preprocessing: ImagePreprocessing?
  /// Multiplies the cosine of an image and a text.
  public let scale: Float
  package let vision: VisionTower
  private let tokens: Weight
  private let positions: Weight
  private let textLayers: LayerStack
  private let textNorm: Norm
  private let visionProjection: Linear
  private let textProjection: Linear
  private let cpu: CPU

  /// Reads the weights of both towers.
  init(
    _ spec: ClipSpec, preprocessing: ImagePreprocessing?, _ reader: inout WeightReader
  ) throws(ModelLoadError) {
    let text = spec.text
    self.spec = spec
    self.preprocessing = preprocessing
    cpu = reader.cpu
    vision = try VisionTower(spec.vision, prefix: "vision.", &reader)
    tokens = try reader.matrix("text.embedding.weight", outputs: text.vocabulary, inputs: text.width)
    positions = try reader.matrix("text.positions.weight", outputs: text.contextLength, inputs: text.width)
    textLayers = try LayerStack(text.layers, prefix: "text.", width: text.width, mask: .causal, &reader)
    textNorm = try reader.norm("text.finalNorm", text.finalNorm, width: text.width)
    visionProjection = try reader.linear(
      "visionProjection", outputs: spec.projectionWidth, inputs: spec.vision.width, bias: .none)
    textProjection = try reader.linear(
      "textProjection", outputs: spec.projectionWidth, inputs: text.width, bias: .none)
    let logarithm = try reader.scalar("logitScale")
    scale = Float(ClipModel.exponential(Double(logarithm)))
    guard scale.isFinite else {
      throw ModelLoadError(
        .invalidConfiguration, context: "\(reader.source.path): logit_scale",
        expected: "the logarithm of a scale", found: "\(logarithm)")
    }
  }

  /// The state of each token of each text behind the last norm, text after text: [tokens, width].
  ///
  /// - Parameter texts: token ids that ``ClipTextSpec/check(_:)`` finds nothing wrong with; others are a programmer's
  ///   error.
  package func textStates(_ texts: [[Int32]]) -> Tensor {
    if let bad = texts.first(where: { spec.text.check($0) != nil }) { trap("ClipModel", "tokens \(bad)") }
    let embedded = cpu.add(
      cpu.gatherRows(texts.flatMap { $0.map { Int($0) } }, of: tokens),
      cpu.gatherRows(texts.flatMap { Array(0..<$0.count) }, of: positions))
    return textNorm(textLayers(embedded, lengths: texts.map(\.count), on: cpu), on: cpu)
  }

  /// The state that stands for each text, [texts, width].
  package func pooledTexts(_ texts: [[Int32]]) -> Tensor {
    let states = textStates(texts)
    var rows: [Float] = []
    var start = 0
    for text in texts {
      rows.append(contentsOf: states[start + spec.text.endPosition(text)].toArray())
      start += text.count
    }
    return Tensor(rows, shape: [texts.count, spec.text.width])
  }

  /// The embeddings of texts, of length one: [texts, projectionWidth].
  ///
  /// - Parameter texts: token ids with the end token; see ``ClipTextSpec/check(_:)``. Padding behind it changes
  ///   nothing.
  public func embed(texts: [[Int32]]) -> Tensor {
    guard !texts.isEmpty else { return Tensor([], shape: [0, spec.projectionWidth]) }
    return normalized(textProjection(pooledTexts(texts), on: cpu))
  }

  /// The embeddings of pictures, of length one: [pictures, projectionWidth].
  ///
  /// - Parameter pixels: of each picture, [3, imageSize, imageSize], preprocessed.
  public func embed(images pixels: [Tensor]) -> Tensor {
    guard !pixels.isEmpty else { return Tensor([], shape: [0, spec.projectionWidth]) }
    return normalized(visionProjection(vision.pooled(vision.states(of: pixels, on: cpu), on: cpu), on: cpu))
  }

  /// How well pictures and texts fit, [pictures, texts]: their cosines times the scale. A softmax over a row gives the
  /// probabilities of the texts for a picture.
  ///
  /// - Parameters:
  ///   - images: embeddings of pictures.
  ///   - texts: embeddings of texts.
  public func logits(images: Tensor, texts: Tensor) -> Tensor {
    cpu.scale(cpu.matmul(images, texts, order: .transposed), by: scale)
  }

  private func normalized(_ x: Tensor) -> Tensor {
    let width = x.shape[1]
    var elements = x.toArray()
    for row in 0..<x.shape[0] {
      let range = row * width..<(row + 1) * width
      let squares = elements[range].reduce(0.0) { $0 + Double($1) * Double($1) }
      let length = Float(squares.squareRoot())
      // A vector of zeros has no direction; it stays as it is.
      if length > 0 { for index in range { elements[index] /= length } }
    }
    return Tensor(elements, shape: x.shape)
  }
}
