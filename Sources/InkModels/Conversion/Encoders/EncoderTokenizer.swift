import InkFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `tokenizer.json` and `tokenizer_config.json` of WordPiece or Unigram made from the arrays of a GGUF file.
struct EncoderTokenizer {
  private let metadata: GGUFMetadata
  private let tokens: [String]
  private let types: [GGUFTokenizer.TokenType?]

  /// The kinds of tokenizer that are written, by their names in GGUF.
  static let kinds = ["bert", "t5"]

  /// Writes the files of the tokenizer that a GGUF file has, whichever it is; gives remarks on them.
  ///
  /// - Parameter contextLength: the most tokens of a text; nil where positions have no end.
  static func writeFiles(
    of metadata: GGUFMetadata, into folder: ExportFolder, contextLength: Int?
  ) throws(FormatError) -> [String] {
    guard metadata.contains("tokenizer.ggml.tokens"), metadata.contains("tokenizer.ggml.model"),
      kinds.contains(try metadata.string(for: "tokenizer.ggml.model"))
    else { return try CheckpointTokenizer(metadata).write(into: folder) }
    try EncoderTokenizer(metadata).write(into: folder, contextLength: contextLength)
    return []
  }

  init(_ metadata: GGUFMetadata) throws(FormatError) {
    self.metadata = metadata
    tokens = Array(try metadata.strings(for: "tokenizer.ggml.tokens"))
    let key = "tokenizer.ggml.token_type"
    types =
      metadata.contains(key)
      ? try metadata.ints(for: key).map { GGUFTokenizer.TokenType(rawValue: Int32(clamping: $0)) }
      : Array(repeating: .normal, count: tokens.count)
    guard types.count == tokens.count else {
      throw FormatError(
        .malformed, file: metadata.path, context: key, expected: "\(tokens.count) entries", found: "\(types.count)")
    }
  }

  /// Writes the files.
  ///
  /// - Parameter contextLength: the most tokens of a text; nil where positions have no end.
  func write(into folder: ExportFolder, contextLength: Int?) throws(FormatError) {
    let isWordPiece = try metadata.string(for: "tokenizer.ggml.model") == "bert"
    var document = JSONObject()
    document["version"] = .string("1.0")
    document["truncation"] = .null
    document["padding"] = .null
    document["added_tokens"] = .array(addedTokens)
    document["normalizer"] = isWordPiece ? EncoderTokenizer.bertNormalizer : try unigramNormalizer()
    document["pre_tokenizer"] =
      isWordPiece ? .members(["type": .string("BertPreTokenizer")]) : try unigramPreTokenizer()
    document["post_processor"] = try postProcessor(isWordPiece)
    document["decoder"] =
      isWordPiece
      ? .members(["type": .string("WordPiece"), "prefix": .string("##"), "cleanup": .bool(true)])
      : metaspace(try flag("add_space_prefix", default: false))
    document["model"] = isWordPiece ? try wordPieceModel() : try unigramModel()
    try folder.write(document, to: "tokenizer.json")
    try folder.write(configuration(isWordPiece, contextLength), to: "tokenizer_config.json")
  }

  // MARK: Models

  private func wordPieceModel() throws(FormatError) -> JSONTree {
    var vocabulary = JSONObject()
    for id in tokens.indices where !isPadding(id) {
      let token = tokens[id]
      let written: String
      switch types[id] {
      case .control?, .userDefined?, .unknown?: written = token
      default: written = token.hasPrefix("\u{2581}") ? String(token.dropFirst()) : "##" + token
      }
      guard vocabulary[written] == nil else {
        throw FormatError(
          .duplicate, file: metadata.path, context: "token \(id)", expected: "tokens that differ", found: written)
      }
      vocabulary[written] = .number(String(id))
    }
    return .members([
      "type": .string("WordPiece"), "unk_token": .string(special("unknown") ?? "[UNK]"),
      "continuing_subword_prefix": .string("##"), "max_input_chars_per_word": .number("100"),
      "vocab": .object(vocabulary),
    ])
  }

  private func unigramModel() throws(FormatError) -> JSONTree {
    let scores = try metadata.floats(for: "tokenizer.ggml.scores")
    guard scores.count == tokens.count else {
      throw FormatError(
        .malformed, file: metadata.path, context: "tokenizer.ggml.scores", expected: "\(tokens.count) entries",
        found: "\(scores.count)")
    }
    let unknown = metadata["tokenizer.ggml.unknown_token_id"]?.int ?? types.firstIndex(of: .unknown)
    let pieces = tokens.indices.map { JSONTree.array([.string(tokens[$0]), .number(String(scores[$0]))]) }
    return .members([
      "type": .string("Unigram"), "unk_id": unknown.map { .number(String($0)) } ?? .null, "vocab": .array(pieces),
      "byte_fallback": .bool(false),
    ])
  }

  /// Rows of the embedding that stand for no token.
  private func isPadding(_ id: Int) -> Bool { types[id] == .unused && tokens[id].hasPrefix("[PAD") }

  private var addedTokens: [JSONTree] {
    tokens.indices.compactMap { id in
      let isSpecial = types[id] == .control || types[id] == .unknown
      guard isSpecial || types[id] == .userDefined else { return nil }
      return .members([
        "id": .number(String(id)), "content": .string(tokens[id]), "single_word": .bool(false),
        // Texts with a gap may have a space in front of it, which is the token's.
        "lstrip": .bool(tokens[id] == "<mask>"), "rstrip": .bool(false), "normalized": .bool(false),
        "special": .bool(isSpecial),
      ])
    }
  }

  // MARK: Steps

  private static let bertNormalizer = JSONTree.members([
    "type": .string("BertNormalizer"), "clean_text": .bool(true), "handle_chinese_chars": .bool(true),
    "strip_accents": .null, "lowercase": .bool(true),
  ])

  private func flag(_ key: String, default fallback: Bool) throws(FormatError) -> Bool {
    let key = "tokenizer.ggml.\(key)"
    return metadata.contains(key) ? try metadata.bool(for: key) : fallback
  }

  private func unigramNormalizer() throws(FormatError) -> JSONTree {
    var steps: [JSONTree] = []
    if let map = metadata["tokenizer.ggml.precompiled_charsmap"] {
      guard case .array(let array) = map, let values = array.ints else {
        throw FormatError(
          .malformed, file: metadata.path, context: "tokenizer.ggml.precompiled_charsmap", expected: "bytes")
      }
      let bytes = values.map { UInt8(truncatingIfNeeded: $0) }
      steps.append(
        .members([
          "type": .string("Precompiled"), "precompiled_charsmap": .string(Data(bytes).base64EncodedString()),
        ]))
    }
    if try flag("remove_extra_whitespaces", default: false) {
      steps.append(
        .members([
          "type": .string("Replace"), "pattern": .members(["Regex": .string(" {2,}")]), "content": .string(" "),
        ]))
    }
    return steps.isEmpty ? .null : .members(["type": .string("Sequence"), "normalizers": .array(steps)])
  }

  private func unigramPreTokenizer() throws(FormatError) -> JSONTree {
    let spaces = metaspace(try flag("add_space_prefix", default: false))
    guard try flag("remove_extra_whitespaces", default: false) else { return spaces }
    return .members([
      "type": .string("Sequence"), "pretokenizers": .array([.members(["type": .string("WhitespaceSplit")]), spaces]),
    ])
  }

  private func metaspace(_ prepends: Bool) -> JSONTree {
    .members([
      "type": .string("Metaspace"), "replacement": .string("\u{2581}"),
      "prepend_scheme": .string(prepends ? "always" : "never"), "split": .bool(true),
    ])
  }

  // MARK: Special tokens

  private func special(_ key: String) -> String? {
    guard let id = metadata["tokenizer.ggml.\(key)_token_id"]?.int, tokens.indices.contains(id) else { return nil }
    return tokens[id]
  }

  private func known(_ name: String) -> String? { tokens.contains(name) ? name : nil }

  /// The tokens around a text: always for WordPiece, as the file says for Unigram.
  private func postProcessor(_ isWordPiece: Bool) throws(FormatError) -> JSONTree {
    let start = special("cls") ?? special("bos") ?? (isWordPiece ? known("[CLS]") : nil)
    let end = special("seperator") ?? special("eos") ?? (isWordPiece ? known("[SEP]") : nil)
    let addsStart = try flag("add_bos_token", default: isWordPiece)
    let addsEnd = try flag("add_eos_token", default: true)
    let before = isWordPiece || addsStart ? start : nil
    let after = isWordPiece || addsEnd ? end : nil
    guard before != nil || after != nil else { return .null }
    func item(_ kind: String, _ id: String, _ type: String) -> JSONTree {
      .members([kind: .members(["id": .string(id), "type_id": .number(type)])])
    }
    func around(_ sequence: String, _ type: String) -> [JSONTree] {
      (before.map { [item("SpecialToken", $0, type)] } ?? []) + [item("Sequence", sequence, type)]
        + (after.map { [item("SpecialToken", $0, type)] } ?? [])
    }
    var second = [item("Sequence", "B", isWordPiece ? "1" : "0")]
    if let after { second.append(item("SpecialToken", after, isWordPiece ? "1" : "0")) }
    // XLM-R puts a second end between two texts.
    if !isWordPiece, before != nil, let after { second.insert(item("SpecialToken", after, "0"), at: 0) }
    var specials = JSONObject()
    for token in [before, after] {
      guard let token, let id = tokens.firstIndex(of: token) else { continue }
      specials[token] = .members([
        "id": .string(token), "ids": .array([.number(String(id))]), "tokens": .array([.string(token)]),
      ])
    }
    return .members([
      "type": .string("TemplateProcessing"), "single": .array(around("A", "0")),
      "pair": .array(around("A", "0") + second), "special_tokens": .object(specials),
    ])
  }

  private func configuration(_ isWordPiece: Bool, _ contextLength: Int?) -> JSONObject {
    var object = JSONObject()
    object["tokenizer_class"] = .string("PreTrainedTokenizerFast")
    let names = [
      ("cls_token", special("cls") ?? special("bos") ?? known("[CLS]")),
      ("sep_token", special("seperator") ?? special("eos") ?? known("[SEP]")),
      ("bos_token", isWordPiece ? nil : special("bos")), ("eos_token", isWordPiece ? nil : special("eos")),
      ("unk_token", special("unknown")), ("pad_token", special("padding")),
      ("mask_token", special("mask") ?? known("[MASK]") ?? known("<mask>")),
    ]
    for (key, token) in names {
      if let token { object[key] = .string(token) }
    }
    object["clean_up_tokenization_spaces"] = .bool(isWordPiece)
    if !isWordPiece { object["model_input_names"] = .array([.string("input_ids"), .string("attention_mask")]) }
    if let contextLength { object["model_max_length"] = .number(String(contextLength)) }
    return object
  }
}
