import InkTensor

/// One line of a description: the part of the model, and what it is.
public struct SpecLine: Sendable, Hashable {
  /// The part, in lower case.
  public let part: String
  /// What it is.
  public let text: String

  /// The kinds there are, with the number of each where there are several.
  static func kinds(_ texts: [String]) -> String {
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

extension FeedForwardSpec {
  /// What it is, in words.
  var words: String {
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
  /// What it is, in words.
  var words: String {
    switch self {
    case .rms: "RMS norm"
    case .layer: "layer norm"
    }
  }
}

extension HeadSpec {
  /// Where the matrix of the logits comes from, in words.
  var words: String {
    var text: String
    switch weight {
    case .tied: text = "tied to the embedding"
    case .own(.none): text = "a matrix of its own"
    case .own(.present): text = "a matrix of its own with a bias"
    case .normalizedRows: text = "a matrix of its own, rows of length one"
    }
    if scale != 1 { text += ", times \(scale)" }
    if let cap = softCap { text += ", held below \(cap)" }
    return text
  }
}
