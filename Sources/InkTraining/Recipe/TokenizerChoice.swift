/// The tokenizer of a run, where it is not the model's own.
public enum TokenizerChoice: Sendable, Hashable {
  /// That of a model folder or a GGUF file.
  case stored(String)
  /// Byte-level pair encoding, trained on the run's own texts before it begins.
  case trained(vocabulary: Int)
  /// That of a model folder or a GGUF file, with tokens more that are trained on the run's own texts.
  case extended(String, added: Int)

  init?(_ reader: inout RecipeReader) throws(TrainingError) {
    guard var part = try reader.part("tokenizer") else { return nil }
    let path = try part.text("path")
    let vocabulary = try part.integer("vocabulary", in: 257...1_000_000)
    let added = try part.integer("add", in: 1...1_000_000)
    try part.finish()
    switch (path, vocabulary, added) {
    case (let path?, nil, nil): self = .stored(path)
    case (let path?, nil, let added?): self = .extended(path, added: added)
    case (nil, let vocabulary?, nil): self = .trained(vocabulary: vocabulary)
    case (nil, nil, _), (_?, _?, _), (nil, _?, _?):
      throw reader.error(
        "tokenizer", expected: "a path, a path with the number of tokens to add, or the size of a vocabulary to train")
    }
  }
}
