import InkFormats
package import InkModels
package import InkTokenizers

/// A model and its tokenizer with tokens that were learned on the texts of a run.
package struct ExpandedModel: Sendable {
  package let checkpoint: DecoderCheckpoint
  package let tokenizer: Tokenizer
  /// How many tokens were added.
  package let addedCount: Int

  private static let fileName = "tokenizer.json"
  /// The largest file of a tokenizer that is read: some ten times that of 256,000 tokens.
  private static let limit = 1 << 28

  /// Learns tokens and gives the model rows for them.
  ///
  /// The same texts give the same tokens, so a run that goes on learns them again; that they are those of its folder is
  /// checked.
  ///
  /// - Parameters:
  ///   - checkpoint: the model.
  ///   - source: the model whose tokenizer is expanded, mostly the same.
  ///   - texts: what tokens are learned on.
  ///   - folder: where the files of the new tokenizer are kept; it appears whole or not at all.
  /// - Throws: `unsupported` for a tokenizer that is not byte-level pair encoding, `data` when the texts hold nothing to
  ///   learn, `mismatch` when the folder holds another tokenizer or the tokenizer is not the model's.
  package init(
    _ checkpoint: DecoderCheckpoint, tokenizerOf source: DecoderCheckpoint, growth: VocabularyGrowth,
    texts: [String], folder: String
  ) throws(TrainingError) {
    let stored = try LineFile.bytes("\(folder)/\(Self.fileName)", limit: Self.limit)
    let output = try Self.reading { () throws(FormatError) in
      // What is there already is compared, not written again.
      try ExportFolder(stored == nil ? folder : "\(folder).again")
    }
    do { try source.writeTokenizer(into: output) } catch { throw TrainingError(error) }
    let old = try Self.reading { () throws(FormatError) in
      try StoredFile.read(output.file(Self.fileName), limit: Self.limit)
    }
    let expanded: ExpandedTokenizer
    do throws(TokenizerError) {
      expanded = try VocabularyExpansion(additionalTokens: growth.added, scope: growth.scope)
        .expand(tokenizerJSON: old, with: texts)
      let settings = try TokenizerConfiguration(json: Self.configuration(in: output))
      tokenizer = try expanded.tokenizer(configuration: settings)
    } catch { throw TrainingError(error) }
    addedCount = expanded.newTokens.count
    guard addedCount > 0 else {
      throw TrainingError(
        .data, context: "tokenizer.add", expected: "texts with pairs of tokens that occur twice", found: "none",
        hint: "The texts are too few, or the scope leaves nothing of them.")
    }
    do {
      self.checkpoint = try checkpoint.adding(
        TokenRows(
          known: expanded.oldVocabularySize, pieces: expanded.newTokens.map { $0.oldPieces.map { Int($0) } },
          multiple: growth.multiple))
    } catch { throw TrainingError(error) }
    if let stored {
      guard stored == expanded.tokenizerJSON else {
        throw TrainingError(
          .mismatch, context: "\(folder)/\(Self.fileName)", expected: "the tokens of this recipe and its texts",
          found: "others", hint: "Texts or recipe changed since the run began: name another folder, or restore them.")
      }
    } else {
      try Self.reading { () throws(FormatError) in
        try output.write(expanded.tokenizerJSON, to: Self.fileName)
        _ = try output.finish()
      }
    }
  }

  /// The settings of the old tokenizer, which hold for the new one; few files lack them.
  private static func configuration(in output: ExportFolder) -> [UInt8] {
    (try? StoredFile.read(output.file("tokenizer_config.json"), limit: limit)) ?? Array("{}".utf8)
  }

  private static func reading<Result>(_ body: () throws(FormatError) -> Result) throws(TrainingError) -> Result {
    do { return try body() } catch { throw TrainingError(error) }
  }
}

extension TrainingError {
  /// The failure of a tokenizer, seen from the run.
  package init(_ error: TokenizerError) {
    let code: Code =
      switch error.code {
      case .unwritableFile: .file
      case .invalidSetting: .invalidValue
      case .unsupported, .malformedFile, .missingField, .invalidField, .invalidVocabulary, .invalidMerge,
        .invalidPattern, .unknownTokenID:
        .unsupported
      }
    self.init(code, context: error.context, expected: error.expected, found: error.found, hint: error.hint)
  }
}
