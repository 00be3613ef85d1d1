/// A `tokenizer.json` to which tokens can be added: its parts, and its fields for writing it again.
struct ExpandableVocabulary {
  let model: BytePairModel
  let preTokenizer: PreTokenizer
  let normalizer: Normalizer?
  /// The spellings of all tokens, by id, as the file writes them; empty where no token has the id.
  let tokens: [[UInt8]]
  private let root: JSONValue

  /// One more than the largest id.
  var size: Int { tokens.count }

  init(_ bytes: [UInt8]) throws(TokenizerError) {
    let document = try TokenizerDocument(bytes)
    let parts = try TokenizerJSONLoader.parts(document, nil)
    guard case .bytePair(let model) = parts.model, parts.spelling == .byteAlphabet else {
      throw document.model.unsupported("a byte-pair model on bytes with the byte alphabet", "another kind of tokenizer")
    }
    for name in ["continuing_subword_prefix", "end_of_word_suffix"] {
      if let field = document.model.optional(name), field.value != .string("") {
        throw field.unsupported("no mark at tokens", field.value.kind)
      }
    }
    self.model = model
    preTokenizer = parts.preTokenizer
    normalizer = parts.normalizer
    let size = max(model.vocabulary.idLimit, (parts.addedTokens.map { Int($0.id) + 1 }).max() ?? 0)
    // Ids of added tokens are not bound by the size of the file, so the table must not be either.
    guard size <= Vocabulary.idLimit(ofFileWith: bytes.count) else {
      throw TokenizerError(
        .invalidVocabulary, in: "\(TokenizerDocument.name).added_tokens",
        expected: "ids behind those of the vocabulary",
        found: "the id \(size - 1)", hint: "The file is damaged: fetch it again.")
    }
    var tokens = [[UInt8]](repeating: [], count: size)
    for index in 0..<document.tokens.count { tokens[Int(document.ids[index])] = Array(document.tokens[index]) }
    for token in parts.addedTokens where tokens[Int(token.id)].isEmpty {
      tokens[Int(token.id)] = Array(token.content.utf8)
    }
    self.tokens = tokens
    var reader = try JSONReader(bytes, name: TokenizerDocument.name)
    root = try reader.readValue()
  }

  /// The bytes that stand in words and have no token.
  func missingBytes(of words: WordCounts) -> [UInt8] {
    var isMissing = [Bool](repeating: false, count: 256)
    for byte in words.bytes[..<(words.starts.last ?? 0)] where model.byteTokens[Int(byte)] < 0 {
      isMissing[Int(byte)] = true
    }
    return (UInt8.min...UInt8.max).filter { isMissing[Int($0)] }
  }

  /// The tokens of a word; bytes that only `byteTokens` knows stand between stretches that the old model encodes.
  func encode(
    _ text: [UInt8], _ word: Range<Int>, _ byteTokens: [TokenID], _ workspace: inout MergeWorkspace
  ) -> [TokenID] {
    var result: [TokenID] = []
    var start = word.lowerBound
    for at in word where model.byteTokens[Int(text[at])] < 0 {
      appendTokens(text, start..<at, to: &result, &workspace)
      if byteTokens[Int(text[at])] >= 0 { result.append(byteTokens[Int(text[at])]) }
      start = at + 1
    }
    appendTokens(text, start..<word.upperBound, to: &result, &workspace)
    return result
  }

  private func appendTokens(
    _ text: [UInt8], _ range: Range<Int>, to result: inout [TokenID], _ workspace: inout MergeWorkspace
  ) {
    guard !range.isEmpty else { return }
    model.encode(text, start: range.lowerBound, end: range.upperBound, &workspace)
    result.append(contentsOf: workspace.ids[..<workspace.count])
  }

  /// The file with new tokens and merges behind the old ones.
  ///
  /// - Parameters:
  ///   - tokens: the spellings of all tokens, old and new.
  ///   - merges: the new merges.
  func json(tokens: [[UInt8]], merges: [BytePairMerge]) throws(TokenizerError) -> [UInt8] {
    func spelling(_ id: TokenID) -> String { String(decoding: tokens[Int(id)], as: UTF8.self) }
    let fields = JSONField(value: root, path: TokenizerDocument.name)
    let members = try fields.members().map { name, field throws(TokenizerError) in
      guard name == "model" else { return JSONValue.Member(name: name, value: field.value) }
      let parts = try field.members().map { name, part throws(TokenizerError) in
        switch part.value {
        case .object(let vocabulary) where name == "vocab":
          let added = (size..<tokens.count).map { id in
            JSONValue.Member(name: spelling(TokenID(id)), value: .number(Double(id)))
          }
          return JSONValue.Member(name: name, value: .object(vocabulary + added))
        case .array(let old) where name == "merges":
          let added = merges.map { merge in
            // Files write a merge as one text or as two; the new ones are written as the old ones are.
            if case .array? = old.first {
              JSONValue.array([.string(spelling(merge.left)), .string(spelling(merge.right))])
            } else {
              JSONValue.string("\(spelling(merge.left)) \(spelling(merge.right))")
            }
          }
          return JSONValue.Member(name: name, value: .array(old + added))
        default: return JSONValue.Member(name: name, value: part.value)
        }
      }
      return JSONValue.Member(name: name, value: .object(parts))
    }
    return JSONWriter.bytes(of: .object(members))
  }
}
