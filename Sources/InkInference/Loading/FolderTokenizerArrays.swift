public import InkFormats
public import InkModels
import InkTokenizers

/// Describes to GGUF files every tokenizer that folders are read with.
public struct FolderTokenizerArrays: FolderTokenizers {
  /// Has no settings.
  public init() {}

  public func arrays(of folder: ModelFolder, rows: Int) throws(ModelLoadError) -> TokenizerArrays? {
    guard !folder.tokenizerFiles.isEmpty else { return nil }
    let tokenizer = try StoredTokenizer.tokenizer(of: folder)
    let description: GGUFDescription
    do throws(TokenizerError) {
      if let model = try pieces(folder) {
        description = try GGUFDescription(tokenizer, pieces: model, rows: rows)
      } else {
        description = try GGUFDescription(tokenizer, rows: rows)
      }
    } catch {
      throw ModelLoadError(
        error.code == .unsupported ? .unsupported : .file, context: folder.path, expected: error.expected,
        found: error.found, hint: error.hint)
    }
    return TokenizerArrays(entries: Self.entries(description.vocabulary), remarks: description.remarks)
  }

  /// The SentencePiece model that the folder's tokenizer is made of, if it is.
  private func pieces(_ folder: ModelFolder) throws(TokenizerError) -> SentencePieceModel? {
    guard let (path, name) = StoredTokenizer.sentencePieceFile(of: folder) else { return nil }
    let bytes: [UInt8]
    do { bytes = try StoredTokenizer.read(path) } catch {
      throw TokenizerError(.malformedFile, in: path, expected: error.expected, found: error.found, hint: error.hint)
    }
    return try SentencePieceModel(bytes, name: name.rawValue)
  }

  private static func entries(_ vocabulary: GGUFVocabulary) -> [(key: String, value: GGUFValue)] {
    func strings(_ list: PackedStrings) -> GGUFValue {
      .array(.strings(GGUFStringArray((0..<list.count).map { String(decoding: list[$0], as: UTF8.self) })))
    }
    var entries: [(key: String, value: GGUFValue)] = [
      ("model", .string(vocabulary.model)), ("pre", .string(vocabulary.preTokenizer)),
      ("tokens", strings(vocabulary.tokens)),
    ]
    if !vocabulary.scores.isEmpty { entries.append(("scores", .array(.float32(vocabulary.scores)))) }
    entries.append(("token_type", .array(.int32(vocabulary.tokenTypes))))
    if vocabulary.merges.count > 0 { entries.append(("merges", strings(vocabulary.merges))) }
    let ids: [(String, TokenID?)] = [
      ("bos", vocabulary.beginningOfSequence), ("eos", vocabulary.endOfSequence), ("eot", vocabulary.endOfTurn),
      ("unknown", vocabulary.unknown), ("padding", vocabulary.padding), ("cls", vocabulary.classification),
      ("seperator", vocabulary.separator), ("mask", vocabulary.mask),
    ]
    for (name, id) in ids {
      if let id { entries.append(("\(name)_token_id", .uint32(UInt32(clamping: id)))) }
    }
    let flags = [
      ("add_bos_token", vocabulary.addsBeginningOfSequence), ("add_eos_token", vocabulary.addsEndOfSequence),
      ("add_space_prefix", vocabulary.addsSpacePrefix), ("remove_extra_whitespaces", vocabulary.removesExtraWhitespace),
    ]
    for (name, flag) in flags {
      if let flag { entries.append((name, .bool(flag))) }
    }
    if !vocabulary.characterMap.isEmpty {
      entries.append(("precompiled_charsmap", .array(.uint8(vocabulary.characterMap))))
    }
    return entries
  }
}
