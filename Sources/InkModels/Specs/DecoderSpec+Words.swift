import InkNN
import InkTensor

extension DecoderSpec {
  /// One line of a description: the part of the model, and what it is.
  public struct Line: Sendable, Hashable {
    /// The part, in lower case.
    public let part: String
    /// What it is.
    public let text: String
  }

  /// The model in words: which attention, which positions, which feed-forward part. Where layers differ, each kind is named
  /// with the number of its layers.
  public var words: [Line] {
    [
      Line(part: "attention", text: DecoderSpec.kinds(layers.map(\.mixer.words))),
      Line(part: "position", text: positionWords),
      Line(part: "feed-forward", text: DecoderSpec.kinds(layers.map(\.feedForward.words))),
      Line(part: "norm", text: DecoderSpec.kinds(layers.map { "\($0.norm.words), \($0.wiring.words)" })),
      Line(part: "head", text: headWords),
    ]
  }

  private var positionWords: String {
    let mixers = DecoderSpec.kinds(layers.map(\.mixer.positionWords))
    switch embedding.positions {
    case .none: return mixers
    case .learned(let count, _):
      let learned = "learned, \(count) of them"
      return layers.allSatisfy { $0.mixer.positionWords == "none" } ? learned : "\(learned); \(mixers)"
    }
  }

  private var headWords: String {
    var text: String
    switch head.weight {
    case .tied: text = "tied to the embedding"
    case .own(.none): text = "a matrix of its own"
    case .own(.present): text = "a matrix of its own with a bias"
    case .normalizedRows: text = "a matrix of its own, rows of length one"
    }
    if head.scale != 1 { text += ", times \(head.scale)" }
    if let cap = head.softCap { text += ", held below \(cap)" }
    return text
  }

  /// The kinds there are, with the number of each where there are several.
  private static func kinds(_ texts: [String]) -> String {
    var order: [String] = []
    var counts: [String: Int] = [:]
    for text in texts {
      if counts[text] == nil { order.append(text) }
      counts[text, default: 0] += 1
    }
    if order.count == 1 { return order[0] }
    return order.map { "\($0) (\(counts[$0] ?? 0) of \(texts.count) layers)" }.joined(separator: "; ")
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

extension FeedForwardSpec {
  fileprivate var words: String {
    switch self {
    case .plain(let function, let width, _): return "plain \(function), \(width)"
    case .gated(let function, let width, _): return "gated \(function), \(width)"
    case .experts(let experts):
      var text =
        "\(experts.router.chosen) of \(experts.router.count) experts, gated \(experts.function), \(experts.width)"
      switch experts.shared {
      case .none: break
      case .always(let width): text += ", and a shared one of \(width)"
      case .gated(let width): text += ", and a gated shared one of \(width)"
      }
      return text
    }
  }
}

extension NormSpec {
  fileprivate var words: String {
    switch self {
    case .rms: "RMS norm"
    case .layer: "layer norm"
    }
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
