package import InkFormats
import InkInference
package import InkTokenizers

/// Opens a tokenizer alone: that of a model, without its weights, or a bare tokenizer file.
package enum TokenizerOpener {
  /// The tokenizer of a model.
  package static func tokenizer(of resolved: ResolvedModel) throws -> Tokenizer {
    switch resolved.content {
    case .folder(let path): return try StoredTokenizer.tokenizer(of: try ModelFolder.open(path))
    case .gguf(let paths):
      guard let first = paths.first else {
        throw CommandError(.notFound, context: "\(resolved.reference)", expected: "a GGUF file", found: "none")
      }
      return try StoredTokenizer.tokenizer(of: try GGUFModel.open(first))
    }
  }

  /// Whether a path names a bare tokenizer file.
  package static func isTokenizerFile(_ path: String) -> Bool {
    [".json", ".tiktoken", "vocab.txt"].contains { path.hasSuffix($0) } || name(path).hasPrefix("rwkv_vocab")
      || isSentencePiece(name(path))
  }

  /// Mistral puts the version of its models behind the ending: `tokenizer.model.v3`.
  private static func isSentencePiece(_ name: Substring) -> Bool {
    name.hasSuffix(".model") || name.contains(".model.v")
  }

  private static func name(_ path: String) -> Substring { path.split(separator: "/").last ?? "" }

  /// A tokenizer file, by its name: `tokenizer.json`, `tekken.json`, a SentencePiece `.model`, `vocab.txt` of BERT, the list of RWKV World,
  /// `qwen.tiktoken` or another file of ranks.
  ///
  /// - Parameter pattern: the expression that cuts text before ranks apply; by default that of the file's name.
  package static func tokenizer(file path: String, pattern: String?) throws -> Tokenizer {
    let bytes = try InputFile.bytes(path)
    do {
      let name = name(path)
      if name == "qwen.tiktoken", pattern == nil { return try Tokenizer(qwenRanks: bytes) }
      if name.hasSuffix(".tiktoken") {
        return try Tokenizer(tiktokenRanks: bytes, pattern: pattern ?? RankPattern.expression(forFile: path))
      }
      if isSentencePiece(name) { return try Tokenizer(sentencePiece: try SentencePieceModel(bytes)) }
      if name.hasPrefix("tekken") { return try Tokenizer(tekkenJSON: bytes) }
      if name.hasPrefix("rwkv_vocab") { return try Tokenizer(rwkvVocabulary: bytes) }
      if name.hasSuffix("vocab.txt") { return try Tokenizer(wordPieceVocabulary: bytes) }
      return try Tokenizer(tokenizerJSON: bytes)
    } catch let error as TokenizerError {
      // The error knows the place inside the file; only here the file's name is known.
      throw TokenizerError(
        error.code, in: "\(path): \(error.context)", expected: error.expected, found: error.found, hint: error.hint)
    }
  }
}
