import InkNN
import InkTensor

/// Encoder layers one after the other over sequences that lie behind each other in the rows.
struct LayerStack: Sendable {
  let blocks: [EncoderBlock]
  /// How the keys and values of one layer lie in the pages that live as long as a step.
  let pageLayout: KeyValueLayout

  /// Reads the layers under `prefix`layers.N.
  ///
  /// - Parameter mask: which tokens of its sequence a token sees.
  init(
    _ layers: [EncoderLayerSpec], prefix: String, width: Int, mask: AttentionMask, _ reader: inout WeightReader
  ) throws(ModelLoadError) {
    var shapes: [(heads: Int, keyWidth: Int, valueWidth: Int)] = []
    for layer in layers where !shapes.contains(where: { $0 == LayerStack.shape(layer) }) {
      shapes.append(LayerStack.shape(layer))
    }
    pageLayout = KeyValueLayout(layers: shapes)
    var blocks: [EncoderBlock] = []
    for (index, layer) in layers.enumerated() {
      let name = "\(prefix)layers.\(index)"
      let place = shapes.firstIndex { $0 == LayerStack.shape(layer) } ?? 0
      blocks.append(
        EncoderBlock(
          attention: try reader.selfAttention(
            layer.attention, name: "\(name).attention", width: width, mask: mask,
            cache: pageLayout.layers[place]),
          feedForward: try reader.feedForward(
            layer.feedForward, name: "\(name).feedForward", width: width),
          attentionNorm: try reader.norm("\(name).attentionNorm", layer.norm, width: width),
          feedForwardNorm: try reader.norm("\(name).feedForwardNorm", layer.norm, width: width),
          placement: layer.placement))
    }
    self.blocks = blocks
  }

  private static func shape(_ layer: EncoderLayerSpec) -> (heads: Int, keyWidth: Int, valueWidth: Int) {
    (layer.attention.heads, layer.attention.headWidth, layer.attention.headWidth)
  }

  /// The residual stream behind the last layer, [rows, width].
  ///
  /// - Parameters:
  ///   - lengths: rows of each sequence.
  ///   - observer: called with 0 before the first block and with `i` after block `i`.
  func callAsFunction(
    _ x: Tensor, lengths: [Int], observer: ((Int, Tensor) -> Void)? = nil, on cpu: CPU
  ) -> Tensor {
    let segments = AttentionSegment.sequences(lengths, layout: pageLayout, on: cpu)
    let step = DecoderStep(segments: segments, rotaries: [], cpu: cpu)
    var x = x
    observer?(0, x)
    for (index, block) in blocks.enumerated() {
      x = block(x, step: step)
      observer?(index + 1, x)
    }
    return x
  }
}
