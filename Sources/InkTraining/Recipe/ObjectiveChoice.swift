/// What the loss of a run is.
public enum ObjectiveChoice: Sendable, Hashable {
  /// The next token, from those before it.
  case causal
  /// The next token, behind a prefix whose tokens see each other.
  case prefix
  /// Masked tokens, from both sides (Devlin et al., 2019). `share` of the tokens are chosen, whole words at a time or
  /// token by token.
  case masked(share: Double, unit: MaskedUnit)
  /// Spans that were taken out (Raffel et al., 2020). `density` is the share of the tokens that are in them.
  case spanCorruption(density: Double, meanLength: Double)
  /// What the assistant says, as far as `mask` lets it.
  case supervised(Mask)
  /// The class of a text; without names those that the data has.
  case classification(labels: [String]?)
  /// The class of every word; without names those that the data has.
  case tokenClassification(labels: [String]?)
  /// A number for a text.
  case regression(ScoreLoss)
  /// Vectors that lie near where texts mean alike.
  case embedding(EmbeddingObjective)

  /// Which tokens of a conversation are learned.
  public enum Mask: String, Sendable, Hashable, CaseIterable {
    /// All that the assistant says.
    case assistant
    /// The assistant's last turn.
    case last
    /// Everything.
    case all
  }

  /// What is masked as one.
  public enum MaskedUnit: Sendable, Hashable {
    /// Tokens.
    case tokens
    /// The tokens of a word, also of one in Chinese (Cui et al., 2021).
    case words(ChineseWords)
  }

  /// How Chinese characters are cut into words.
  public enum ChineseWords: Sendable, Hashable {
    /// Two by two.
    case pairs
    /// By the words of a file, one a line before the first white space; what is not in it are single characters.
    case listed(path: String)
  }

  /// What is dropped where a recipe says nothing: SimCSE learns from nothing else.
  var usualDropout: Double {
    if case .embedding(let objective) = self, case .simcse = objective.loss { return 0.1 }
    return 0
  }

  /// Whether what is trained continues a prompt.
  var writesText: Bool {
    switch self {
    case .causal, .prefix, .supervised: true
    case .masked, .spanCorruption, .classification, .tokenClassification, .regression, .embedding: false
    }
  }

  private enum Kind: String, CaseIterable {
    case causal, prefix, masked, supervised, classification, regression, embedding
    case spanCorruption = "span_corruption"
    case tokenClassification = "token_classification"

    /// Those of a task, the usual one first.
    static func kinds(of task: Recipe.Task) -> [Kind] {
      switch task {
      case .pretrain: [.causal, .prefix, .masked, .spanCorruption]
      case .finetune: [.supervised, .prefix]
      case .classify: [.classification]
      case .classifyTokens: [.tokenClassification]
      case .regress: [.regression]
      case .embed: [.embedding]
      }
    }
  }

  init(_ reader: inout RecipeReader, task: Recipe.Task) throws(TrainingError) {
    let kinds = Kind.kinds(of: task)
    guard var part = try reader.part("objective") else {
      var nothing = RecipeReader(emptyIn: reader, name: "objective")
      self = try ObjectiveChoice.read(kinds[0], &nothing)
      return
    }
    let kind = try part.choice("kind", of: Kind.self) ?? kinds[0]
    guard kinds.contains(kind) else {
      throw part.error(
        "kind", expected: "\(kinds.map(\.rawValue).joined(separator: " or ")), which the task \(task.rawValue) has")
    }
    self = try ObjectiveChoice.read(kind, &part)
    try part.finish()
  }

  private static func read(_ kind: Kind, _ part: inout RecipeReader) throws(TrainingError) -> ObjectiveChoice {
    switch kind {
    case .causal: return .causal
    case .prefix: return .prefix
    case .masked:
      return .masked(share: try part.number("rate", in: 0.001...0.999) ?? 0.15, unit: try unit(&part))
    case .spanCorruption:
      return .spanCorruption(
        density: try part.number("rate", in: 0.001...0.999) ?? 0.15,
        meanLength: try part.number("mean_length", in: 1...1000) ?? 3)
    case .supervised: return .supervised(try part.choice("mask", of: Mask.self) ?? .assistant)
    case .classification: return .classification(labels: try labels(&part))
    case .tokenClassification: return .tokenClassification(labels: try labels(&part))
    case .regression: return .regression(try part.choice("loss", of: ScoreLoss.self) ?? .squared)
    case .embedding: return .embedding(try EmbeddingObjective(&part))
    }
  }

  private static func unit(_ part: inout RecipeReader) throws(TrainingError) -> MaskedUnit {
    let isWhole = try part.boolean("whole_word") ?? false
    guard let path = try part.text("words") else { return isWhole ? .words(.pairs) : .tokens }
    guard isWhole else { throw part.error("words", expected: "whole_word: true beside it") }
    return .words(.listed(path: path))
  }

  private static func labels(_ part: inout RecipeReader) throws(TrainingError) -> [String]? {
    guard let names = try part.texts("labels") else { return nil }
    guard names.count >= 2, Set(names).count == names.count else {
      throw part.error("labels", expected: "at least two different names")
    }
    return names
  }
}
