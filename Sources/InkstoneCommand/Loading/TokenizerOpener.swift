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
    path.hasSuffix(".json") || path.hasSuffix(".tiktoken") || path.hasSuffix(".model")
  }

  /// A `tokenizer.json`, a SentencePiece `.model` or a file of ranks, by its name.
  ///
  /// - Parameter pattern: the expression that cuts text before ranks apply; by default that of the file's name.
  package static func tokenizer(file path: String, pattern: String?) throws -> Tokenizer {
    let bytes = try InputFile.bytes(path)
    do {
      if path.hasSuffix(".tiktoken") {
        return try Tokenizer(tiktokenRanks: bytes, pattern: pattern ?? RankPattern.expression(forFile: path))
      }
      if path.hasSuffix(".model") { return try Tokenizer(sentencePiece: try SentencePieceModel(bytes)) }
      return try Tokenizer(tokenizerJSON: bytes)
    } catch let error as TokenizerError {
      // The error knows the place inside the file; only here the file's name is known.
      throw TokenizerError(
        error.code, in: "\(path): \(error.context)", expected: error.expected, found: error.found, hint: error.hint)
    }
  }
}
