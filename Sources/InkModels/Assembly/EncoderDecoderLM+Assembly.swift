import InkFormats
import InkNN
package import InkTensor

extension EncoderDecoderLM {
  /// Puts a model together from its spec and weights named as the model names them.
  ///
  /// - Throws: `missingTensor`, `shapeMismatch` or `unusedTensor`, naming the tensor.
  package init(
    spec: EncoderDecoderSpec, weights source: any WeightSource, use: WeightUse = .inference, cpu: CPU
  ) throws(ModelLoadError) {
    var reader = WeightReader(source: source, use: use, cpu: cpu)
    let width = spec.width
    let tokens = try reader.matrix("embedding.weight", outputs: spec.vocabulary, inputs: width)
    let decoder = spec.decoder
    let (cacheLayout, sourceLayout) = (decoder.cacheLayout, decoder.sourceLayout)
    self.spec = spec
    self.encoder = try EncoderLM(spec: spec.encoder, prefix: "encoder.", tokens: tokens, &reader)
    self.cacheLayout = cacheLayout
    self.sourceLayout = sourceLayout
    self.embedding = try reader.embedding(decoder.embedding, prefix: "decoder.", tokens: tokens, width: width)
    let relative = try reader.relativePositions(
      decoder.relativePositions, name: "decoder.relativePositions",
      heads: decoder.layers.first?.selfAttention.heads ?? 1)
    var blocks: [CrossDecoderBlock] = []
    for (index, layer) in decoder.layers.enumerated() {
      blocks.append(
        try EncoderDecoderLM.block(
          layer, name: "decoder.layers.\(index)", width: width, relative: relative, cache: cacheLayout.layers[index],
          memory: sourceLayout.layers[index], &reader))
    }
    self.blocks = blocks
    self.finalNorm =
      if let norm = decoder.finalNorm { try reader.norm("decoder.finalNorm", norm, width: width) } else { nil }
    switch spec.head.weight {
    case .tied: self.head = Linear(weight: tokens, bias: nil)
    case .own(let bias):
      self.head = try reader.linear("head", outputs: spec.vocabulary, inputs: width, bias: bias)
    case .normalizedRows:
      throw ModelLoadError(
        .unsupported, context: "\(source.path): head", expected: "rows used as they are", found: "rows of length one")
    }
    self.headScale = spec.head.scale
    self.relativePositions = relative
    try reader.requireAllTaken()
    self.parameters = reader.parameters
  }

  private static func block(
    _ layer: CrossDecoderLayerSpec, name: String, width: Int, relative: RelativePositions?, cache: KeyValueLayout.Layer,
    memory: KeyValueLayout.Layer, _ reader: inout WeightReader
  ) throws(ModelLoadError) -> CrossDecoderBlock {
    CrossDecoderBlock(
      selfAttention: try reader.selfAttention(
        layer.selfAttention, name: "\(name).selfAttention", width: width, mask: .causal, relative: relative,
        cache: cache),
      crossAttention: try reader.crossAttention(
        layer.crossAttention, name: "\(name).crossAttention", width: width, memory: memory),
      feedForward: try reader.feedForward(layer.feedForward, name: "\(name).feedForward", width: width),
      selfAttentionNorm: try reader.norm("\(name).selfAttentionNorm", layer.norm, width: width),
      crossAttentionNorm: try reader.norm("\(name).crossAttentionNorm", layer.norm, width: width),
      feedForwardNorm: try reader.norm("\(name).feedForwardNorm", layer.norm, width: width),
      placement: layer.placement)
  }
}
