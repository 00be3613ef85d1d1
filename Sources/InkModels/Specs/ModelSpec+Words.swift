import InkNN
import InkTensor

extension ModelSpec {
  /// The model in words: which attention, which positions, which feed-forward part.
  public var words: [SpecLine] {
    switch self {
    case .decoder(let spec): spec.words
    case .encoder(let spec): spec.words
    case .encoderDecoder(let spec): spec.words
    case .pictureReader(let spec):
      spec.decoder.words + [
        SpecLine(part: "pictures", text: spec.vision.words), SpecLine(part: "connector", text: spec.connector.words),
      ]
    case .twoTowers(let spec):
      [
        SpecLine(part: "pictures", text: spec.vision.words),
        SpecLine(
          part: "texts", text: "\(spec.text.layers.count) layers, \(SpecLine.kinds(spec.text.layers.map(\.words)))"),
        SpecLine(part: "embedding", text: "\(spec.projectionWidth) numbers for a picture or a text"),
      ]
    }
  }
}

extension EncoderSpec {
  /// The encoder in words.
  public var words: [SpecLine] {
    let attention = layers.map(\.attention.words)
    var lines = [
      SpecLine(
        part: "attention", text: attention.isEmpty ? "none" : SpecLine.kinds(attention) + ", every token sees all"),
      SpecLine(part: "position", text: embedding.positionWords(relativePositions)),
      SpecLine(part: "feed-forward", text: SpecLine.kinds(layers.map(\.feedForward.words))),
      SpecLine(part: "norm", text: SpecLine.kinds(layers.map { "\($0.norm.words), \($0.placement.words)" })),
    ]
    let heads = outputs.words
    if !heads.isEmpty { lines.append(SpecLine(part: "heads", text: heads.joined(separator: ", "))) }
    return lines
  }
}

extension EncoderDecoderSpec {
  /// Both sides in words.
  public var words: [SpecLine] {
    let source = SpecLine.kinds(encoder.layers.map(\.attention.words))
    let target = SpecLine.kinds(decoder.layers.map(\.selfAttention.words))
    return [
      SpecLine(part: "encoder", text: "\(encoder.layers.count) layers, \(source)"),
      SpecLine(part: "decoder", text: "\(decoder.layers.count) layers, \(target), and attention to the source"),
      SpecLine(part: "position", text: encoder.embedding.positionWords(encoder.relativePositions)),
      SpecLine(
        part: "feed-forward",
        text: SpecLine.kinds(encoder.layers.map(\.feedForward.words) + decoder.layers.map(\.feedForward.words))),
      SpecLine(
        part: "norm", text: SpecLine.kinds(encoder.layers.map { "\($0.norm.words), \($0.placement.words)" })),
      SpecLine(part: "head", text: head.words),
    ]
  }
}

extension VisionSpec {
  /// The tower in words.
  fileprivate var words: String {
    "\(layers.count) layers, \(SpecLine.kinds(layers.map(\.words))); \(imageSize) x \(imageSize) pixels in patches of "
      + "\(patchSize) x \(patchSize)"
  }
}

extension VisionConnector {
  fileprivate var words: String {
    switch self {
    case .projector(let spec): "two maps with \(spec.activation) between them"
    case .queryTokens(let spec): "\(spec.count) query tokens of \(spec.width)"
    }
  }
}

extension EncoderLayerSpec {
  fileprivate var words: String { "\(attention.words), \(feedForward.words)" }
}

extension MultiHeadSpec {
  fileprivate var words: String {
    "multi-head, \(heads) heads of \(headWidth)" + (bias == .present ? ", biases" : "")
  }
}

extension NormPlacement {
  fileprivate var words: String {
    switch self {
    case .before: "before each part"
    case .afterSum: "after each sum"
    }
  }
}

extension SequenceEmbeddingSpec {
  fileprivate func positionWords(_ relative: RelativeBuckets?) -> String {
    if let relative {
      return "learned biases of distances in \(relative.count) buckets, up to \(relative.largestDistance)"
    }
    return switch positions {
    case .none: "none"
    case .learned(let rows, let first): "learned, \(rows - first) of them"
    case .sinusoidal: "sines and cosines"
    }
  }
}

extension EncoderOutputsSpec {
  fileprivate var words: [String] {
    var words: [String] = []
    switch pooler {
    case .none: break
    case .firstToken: words.append("pooled first token")
    }
    if masked != nil { words.append("masked tokens") }
    switch nextSentence {
    case .none: break
    case .present: words.append("next sentence")
    }
    if let classifier {
      switch classifier.form {
      case .pooled, .firstToken: words.append("\(classifier.labels.count) classes of a text")
      case .everyToken: words.append("\(classifier.labels.count) classes of a token")
      }
    }
    return words
  }
}
