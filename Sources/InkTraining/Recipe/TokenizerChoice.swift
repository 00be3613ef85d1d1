/// The tokenizer of a run, where it is not the model's own.
public enum TokenizerChoice: Sendable, Hashable {
  /// That of a model folder or a GGUF file.
  case stored(String)
  /// Byte-level pair encoding, trained on the run's own texts before it begins.
  case trained(vocabulary: Int)

  init?(_ reader: inout RecipeReader) throws(TrainingError) {
    guard var part = try reader.part("tokenizer") else { return nil }
    let path = try part.text("path")
    let vocabulary = try part.integer("vocabulary", in: 257...1_000_000)
    try part.finish()
    switch (path, vocabulary) {
    case (let path?, nil): self = .stored(path)
    case (nil, let vocabulary?): self = .trained(vocabulary: vocabulary)
    case (nil, nil), (_?, _?):
      throw reader.error("tokenizer", expected: "either a path or the size of a vocabulary to train")
    }
  }
}
