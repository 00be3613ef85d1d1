import InkTokenizers

/// The tokenizer of a run, where it is not the model's own.
public enum TokenizerChoice: Sendable, Hashable {
  /// That of a model folder or a GGUF file.
  case stored(String)
  /// Byte-level pair encoding, trained on the run's own texts before it begins.
  case trained(vocabulary: Int)
  /// That of a model folder or a GGUF file, mostly of the model itself (nil), with tokens more that are learned on the
  /// run's own texts. The model gets rows for them.
  case extended(String?, VocabularyGrowth)

  init?(_ reader: inout RecipeReader) throws(TrainingError) {
    guard var part = try reader.part("tokenizer") else { return nil }
    let path = try part.text("path")
    let vocabulary = try part.integer("vocabulary", in: 257...1_000_000)
    let growth = try VocabularyGrowth(&part)
    try part.finish()
    switch (path, vocabulary, growth) {
    case (let path?, nil, nil): self = .stored(path)
    case (let path, nil, let growth?): self = .extended(path, growth)
    case (nil, let vocabulary?, nil): self = .trained(vocabulary: vocabulary)
    case (nil, nil, nil), (_?, _?, _), (nil, _?, _?):
      throw reader.error(
        "tokenizer", expected: "a path, the number of tokens to add, or the size of a vocabulary to train")
    }
  }
}

extension VocabularyGrowth {
  private enum ScopeWord: String, CaseIterable {
    case any
    case beyondASCII = "beyond_ascii"
  }

  /// Reads what is added; without a number of tokens, its other settings are unknown names.
  fileprivate init?(_ part: inout RecipeReader) throws(TrainingError) {
    guard let added = try part.integer("add", in: 1...1_000_000) else { return nil }
    let scope: ExpansionScope =
      switch try part.choice("scope", of: ScopeWord.self) {
      case .beyondASCII?: .beyondASCII
      case .any?, nil: .anyText
      }
    self.init(added: added, multiple: try part.integer("multiple", in: 1...65_536) ?? 1, scope: scope)
  }
}
