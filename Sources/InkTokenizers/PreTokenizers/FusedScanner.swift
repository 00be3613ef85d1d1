/// The whole of a pre-tokenizer as one pass over the text, where a hand-written scanner exists for it.
enum FusedScanner: Sendable, Equatable {
  /// The text is one piece.
  case none
  case gpt2
  case digitsThenGPT2
  case cl100k
  case cl100kTrailing
  case qwen2
  case deepSeek
  case visibleSpaces

  static let gpt2Expression = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
  static let cl100kExpression =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"#
    + #"|\s*[\r\n]+|\s+(?!\S)|\s+"#
  static let cl100kPossessiveExpression =
    #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+"#
    + #"|\s++$|\s*[\r\n]|\s+(?!\S)|\s"#
  static let qwen2Expression =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  static let deepSeekNumberExpression = #"\p{N}{1,3}"#
  static let deepSeekHanExpression = "[\u{4E00}-\u{9FA5}\u{3040}-\u{309F}\u{30A0}-\u{30FF}]+"
  static let deepSeekWordExpression =
    "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
    + "| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+"

  /// The scanner for a single expression that isolates its matches.
  init?(expression: String) {
    switch expression {
    case Self.gpt2Expression: self = .gpt2
    case Self.cl100kExpression: self = .cl100k
    case Self.cl100kPossessiveExpression: self = .cl100kTrailing
    case Self.qwen2Expression: self = .qwen2
    default: return nil
    }
  }

  /// The scanner for a list of steps, or nil if they have to be taken one by one.
  init?(_ steps: [PreTokenizerStep]) {
    var steps = steps
    var splitsWords = false
    if case .byteLevel(let prefix, let split)? = steps.last {
      if prefix == .unlessPresent { return nil }
      splitsWords = split == .words
      steps.removeLast()
    }
    let expressions = steps.compactMap { step -> String? in
      guard case .split(.expression(let pattern), .isolated, .matches) = step else { return nil }
      return pattern.source
    }
    if splitsWords {
      if steps.isEmpty {
        self = .gpt2
      } else if steps.count == 1, case .digits(.individual) = steps[0] {
        self = .digitsThenGPT2
      } else {
        return nil
      }
    } else if steps.isEmpty {
      self = .none
    } else if expressions.count == 1, steps.count == 1 {
      self.init(expression: expressions[0])
    } else if expressions.count == steps.count,
      expressions == [Self.deepSeekNumberExpression, Self.deepSeekHanExpression, Self.deepSeekWordExpression]
    {
      self = .deepSeek
    } else {
      return nil
    }
  }
}
