import InkFormats
import InkNN
package import InkTensor

extension EncoderLM {
  /// Puts an encoder together from its spec and weights named as the encoder names them.
  ///
  /// - Throws: `missingTensor`, `shapeMismatch` or `unusedTensor`, naming the tensor.
  package init(
    spec: EncoderSpec, weights source: any WeightSource, use: WeightUse = .inference, cpu: CPU
  ) throws(ModelLoadError) {
    var reader = WeightReader(source: source, use: use, cpu: cpu)
    let tokens = try reader.matrix("embedding.weight", outputs: spec.vocabulary, inputs: spec.width)
    self = try EncoderLM(spec: spec, prefix: "", tokens: tokens, &reader)
    try reader.requireAllTaken()
    parameters = reader.parameters
  }

  /// An encoder whose weights' names begin with `prefix`, around a matrix of tokens that may be shared.
  init(
    spec: EncoderSpec, prefix: String, tokens: Weight, _ reader: inout WeightReader
  ) throws(ModelLoadError) {
    let width = spec.width
    var shapes: [(heads: Int, keyWidth: Int, valueWidth: Int)] = []
    for layer in spec.layers {
      let attention = layer.attention
      if !shapes.contains(where: { $0.heads == attention.heads && $0.keyWidth == attention.headWidth }) {
        shapes.append((attention.heads, attention.headWidth, attention.headWidth))
      }
    }
    let layout = KeyValueLayout(layers: shapes)
    let relative = try reader.relativePositions(
      spec.relativePositions, name: "\(prefix)relativePositions", heads: spec.layers.first?.attention.heads ?? 1)
    var blocks: [EncoderBlock] = []
    for (index, layer) in spec.layers.enumerated() {
      let name = "\(prefix)layers.\(index)"
      let cache = layout.layers.first {
        $0.heads == layer.attention.heads && $0.keyWidth == layer.attention.headWidth
      }
      guard let cache else { trap("EncoderLM", "no pages for layer \(index)") }
      blocks.append(
        EncoderBlock(
          attention: try reader.selfAttention(
            layer.attention, name: "\(name).attention", width: width, mask: .bidirectional, relative: relative,
            cache: cache),
          feedForward: try reader.feedForward(layer.feedForward, name: "\(name).feedForward", width: width),
          attentionNorm: try reader.norm("\(name).attentionNorm", layer.norm, width: width),
          feedForwardNorm: try reader.norm("\(name).feedForwardNorm", layer.norm, width: width),
          placement: layer.placement))
    }
    self.spec = spec
    self.pageLayout = layout
    self.relativePositions = relative
    self.embedding = try reader.embedding(spec.embedding, prefix: prefix, tokens: tokens, width: width)
    self.blocks = blocks
    self.finalNorm =
      if let norm = spec.finalNorm { try reader.norm("\(prefix)finalNorm", norm, width: width) } else { nil }
    self.heads = try EncoderLM.heads(spec, prefix: prefix, tokens: tokens, &reader)
  }

  private static func heads(
    _ spec: EncoderSpec, prefix: String, tokens: Weight, _ reader: inout WeightReader
  ) throws(ModelLoadError) -> EncoderHeads {
    let width = spec.width
    var pooler: Linear?
    switch spec.outputs.pooler {
    case .none: break
    case .firstToken:
      pooler = try reader.linear("\(prefix)pooler", outputs: width, inputs: width, bias: .present)
    }
    guard pooler != nil || (spec.outputs.nextSentence == .none && spec.outputs.classifier?.form != .pooled) else {
      throw ModelLoadError(
        .missingTensor, context: "\(reader.source.path): \(prefix)pooler",
        expected: "the pooler that the head of sequences stands on")
    }
    var masked: EncoderHeads.Masked?
    if let head = spec.outputs.masked {
      let decoder: Weight
      switch head.decoder {
      case .tied: decoder = tokens
      case .own:
        decoder = try reader.matrix("\(prefix)masked.decoder.weight", outputs: spec.vocabulary, inputs: width)
      }
      masked = EncoderHeads.Masked(
        transform: try reader.linear("\(prefix)masked.transform", outputs: width, inputs: width, bias: .present),
        activation: head.activation, norm: try reader.norm("\(prefix)masked.norm", head.norm, width: width),
        decoder: Linear(
          weight: decoder, bias: try reader.vector("\(prefix)masked.decoder.bias", count: spec.vocabulary)))
    }
    var nextSentence: Linear?
    switch spec.outputs.nextSentence {
    case .none: break
    case .present:
      nextSentence = try reader.linear("\(prefix)nextSentence", outputs: 2, inputs: width, bias: .present)
    }
    return EncoderHeads(
      pooler: pooler, masked: masked, nextSentence: nextSentence,
      classifier: try classifier(spec, prefix: prefix, &reader))
  }

  private static func classifier(
    _ spec: EncoderSpec, prefix: String, _ reader: inout WeightReader
  ) throws(ModelLoadError) -> EncoderHeads.Classifier? {
    guard let classifier = spec.outputs.classifier else { return nil }
    let output = try reader.linear(
      "\(prefix)classifier.output", outputs: classifier.labels.count, inputs: spec.width, bias: .present)
    switch classifier.form {
    case .pooled: return .pooled(output)
    case .everyToken: return .everyToken(output)
    case .firstToken:
      return .firstToken(
        transform: try reader.linear(
          "\(prefix)classifier.transform", outputs: spec.width, inputs: spec.width, bias: .present), output)
    }
  }
}
