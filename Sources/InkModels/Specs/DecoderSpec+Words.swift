import InkNN
import InkTensor

extension DecoderSpec {
  /// The model in words: which attention, which positions, which feed-forward part. Where layers differ, each kind is named
  /// with the number of its layers.
  public var words: [SpecLine] {
    [
      SpecLine(part: "attention", text: SpecLine.kinds(layers.map(\.mixer.words))),
      SpecLine(part: "position", text: positionWords),
      SpecLine(part: "feed-forward", text: SpecLine.kinds(layers.map(\.feedForward.words))),
      SpecLine(part: "norm", text: SpecLine.kinds(layers.map { "\($0.norm.words), \($0.wiring.words)" })),
      SpecLine(part: "head", text: head.words),
    ]
  }

  private var positionWords: String {
    let mixers = SpecLine.kinds(layers.map(\.mixer.positionWords))
    switch embedding.positions {
    case .none: return mixers
    case .learned(let count, _):
      let learned = "learned, \(count) of them"
      return layers.allSatisfy { $0.mixer.positionWords == "none" } ? learned : "\(learned); \(mixers)"
    }
  }
}

extension MixerSpec {
  fileprivate var words: String {
    switch self {
    case .grouped(let attention):
      let kind =
        attention.keyValueHeads == attention.heads
        ? "multi-head" : attention.keyValueHeads == 1 ? "multi-query" : "grouped-query"
      var text = "\(kind), \(attention.heads) heads"
      if attention.keyValueHeads != attention.heads { text += " over \(attention.keyValueHeads)" }
      text += " of \(attention.headWidth)"
      if case .last(let count) = attention.window { text += ", window of \(count)" }
      switch attention.queryKeyNorm {
      case .none: break
      case .heads: text += ", norms on heads"
      case .projection: text += ", norms on queries and keys"
      }
      switch attention.biases {
      case .none: break
      case .inputs: text += ", biases on query, key, value"
      case .all: text += ", biases"
      }
      if let cap = attention.softCap { text += ", scores held below \(cap)" }
      return text
    case .latent(let attention):
      return "multi-head latent, \(attention.heads) heads of \(attention.contentWidth) + \(attention.rotary.width), "
        + "keys and values from \(attention.keyValueRank)"
    }
  }

  fileprivate var positionWords: String {
    switch self {
    case .grouped(let attention):
      switch attention.position {
      case .none: return "none"
      case .rotary(let rotary):
        let share = rotary.width < attention.headWidth ? " on \(rotary.width) of \(attention.headWidth)" : ""
        return "rotary\(share), \(rotary.words)"
      case .alibi: return "linear biases (ALiBi)"
      }
    case .latent(let attention): return "rotary on \(attention.rotary.width), \(attention.rotary.words)"
    }
  }
}

extension RotaryEmbedding {
  fileprivate var words: String {
    var text = base.rounded() == base && base < 1e15 ? "base \(Int(base))" : "base \(base)"
    if pairing == .halvesOfHalves { text += ", two dimensions" }
    switch scaling {
    case .none: break
    case .linear(let factor): text += ", linear times \(factor)"
    case .llama3(let factor, _, _, let context): text += ", llama3 times \(factor) from \(context)"
    case .yarn(let settings): text += ", YaRN times \(settings.factor) from \(settings.originalContext)"
    case .dynamicNTK(let factor, let context): text += ", dynamic NTK times \(factor) from \(context)"
    case .longRoPE(let settings): text += ", LongRoPE from \(settings.originalContext)"
    case .divided: text += ", stored factors"
    }
    return text
  }
}

extension Wiring {
  fileprivate var words: String {
    switch self {
    case .pre: "before each part"
    case .post: "after each part"
    case .summed: "after each sum"
    case .sandwich: "before and after each part"
    case .parallel(.shared): "one before both parts side by side"
    case .parallel(.separate): "before each of both parts side by side"
    case .scaled(let factor): "before each part, branches times \(factor)"
    case .weighted(let factor): "before each part, residual of the normalized input times \(factor)"
    }
  }
}
