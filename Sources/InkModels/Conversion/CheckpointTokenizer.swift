import InkFormats

/// `tokenizer.json` and `tokenizer_config.json` made from the arrays of a GGUF file.
struct CheckpointTokenizer {
  private let metadata: GGUFMetadata

  init(_ metadata: GGUFMetadata) { self.metadata = metadata }

  private func has(_ key: String) -> Bool { metadata.contains("tokenizer.ggml.\(key)") }

  /// Writes the files.
  ///
  /// - Returns: remarks on what could not be written.
  func write(into folder: ExportFolder) throws(FormatError) -> [String] {
    guard has("tokens"), has("model") else { return ["the file has no tokenizer, so none was written"] }
    let kind = try metadata.string(for: "tokenizer.ggml.model")
    let tokens = Array(try metadata.strings(for: "tokenizer.ggml.tokens"))
    let types =
      has("token_type")
      ? try metadata.ints(for: "tokenizer.ggml.token_type").map {
        GGUFTokenizer.TokenType(rawValue: Int32(clamping: $0))
      }
      : Array(repeating: .normal, count: tokens.count)
    guard types.count == tokens.count else {
      throw FormatError(
        .malformed, file: metadata.path, context: "tokenizer.ggml.token_type", expected: "\(tokens.count) entries",
        found: "\(types.count)")
    }
    let parts: Parts
    switch kind {
    case "gpt2":
      let name = has("pre") ? try metadata.string(for: "tokenizer.ggml.pre") : "default"
      guard let form = PreTokenizerForm(name: name) else {
        return ["the pre-tokenizer \(name) has no form here, so no tokenizer was written; copy the model's own files"]
      }
      parts = try byteLevel(form)
    case "llama": parts = try sentencePiece(tokens, types)
    default: return ["a tokenizer of kind \(kind) has no form here, so none was written; copy the model's own files"]
    }
    try folder.write(try document(tokens, types, parts), to: "tokenizer.json")
    try folder.write(try configuration(tokens), to: "tokenizer_config.json")
    return []
  }

  /// What differs between the kinds.
  private struct Parts {
    var normalizer = JSONTree.null
    var preTokenizer = JSONTree.null
    var decoder: JSONTree
    var settings: KeyValuePairs<String, JSONTree>
    var merges: [JSONTree]
  }

  private func byteLevel(_ form: PreTokenizerForm) throws(FormatError) -> Parts {
    var merges: [JSONTree] = []
    for merge in try metadata.strings(for: "tokenizer.ggml.merges") { merges.append(.string(merge)) }
    return Parts(
      normalizer: form == .qwen2 ? .members(["type": .string("NFC")]) : .null, preTokenizer: form.json,
      decoder: .members([
        "type": .string("ByteLevel"), "add_prefix_space": .bool(true), "trim_offsets": .bool(true),
        "use_regex": .bool(true),
      ]),
      settings: [
        "unk_token": .null, "fuse_unk": .bool(false), "byte_fallback": .bool(false),
        "ignore_merges": .bool(form.takesWholePieces),
      ], merges: merges)
  }

  private func sentencePiece(
    _ tokens: [String], _ types: [GGUFTokenizer.TokenType?]
  ) throws(FormatError) -> Parts {
    let scores = try metadata.floats(for: "tokenizer.ggml.scores")
    guard scores.count == tokens.count else {
      throw FormatError(
        .malformed, file: metadata.path, context: "tokenizer.ggml.scores", expected: "\(tokens.count) entries",
        found: "\(scores.count)")
    }
    let hasPrefix = has("add_space_prefix") ? try metadata.bool(for: "tokenizer.ggml.add_space_prefix") : true
    let space = JSONTree.members([
      "type": .string("Replace"), "pattern": .members(["String": .string(" ")]), "content": .string("\u{2581}"),
    ])
    let prefix = JSONTree.members(["type": .string("Prepend"), "prepend": .string("\u{2581}")])
    var decoders: [JSONTree] = [
      .members([
        "type": .string("Replace"), "pattern": .members(["String": .string("\u{2581}")]), "content": .string(" "),
      ]), .members(["type": .string("ByteFallback")]), .members(["type": .string("Fuse")]),
    ]
    if hasPrefix {
      decoders.append(
        .members([
          "type": .string("Strip"), "content": .string(" "), "start": .number("1"), "stop": .number("0"),
        ]))
    }
    let merges = ScoredMerges(
      tokens: tokens, scores: scores, isPart: { types[$0] == .normal || types[$0] == .userDefined },
      isWhole: { types[$0] == .normal })
    let unknown = types.firstIndex(of: .unknown).map { JSONTree.string(tokens[$0]) } ?? .null
    return Parts(
      normalizer: hasPrefix ? .members(["type": .string("Sequence"), "normalizers": .array([prefix, space])]) : space,
      decoder: .members(["type": .string("Sequence"), "decoders": .array(decoders)]),
      settings: [
        "unk_token": unknown, "fuse_unk": .bool(true), "byte_fallback": .bool(true), "ignore_merges": .bool(false),
      ], merges: merges.pairs.map { .array([.string(tokens[$0.left]), .string(tokens[$0.right])]) })
  }

  private func document(
    _ tokens: [String], _ types: [GGUFTokenizer.TokenType?], _ parts: Parts
  ) throws(FormatError) -> JSONObject {
    var added: [JSONTree] = []
    var vocabulary = JSONObject()
    for id in tokens.indices {
      let number = JSONTree.number(String(id))
      if types[id] == .unused, tokens[id].hasPrefix("[PAD") { continue }
      guard vocabulary[tokens[id]] == nil else {
        throw FormatError(
          .duplicate, file: metadata.path, context: "token \(id)", expected: "tokens that differ", found: tokens[id])
      }
      // Special tokens stand here too, so that none gets another id.
      vocabulary[tokens[id]] = number
      let isSpecial = types[id] == .control || types[id] == .unknown
      guard isSpecial || types[id] == .userDefined else { continue }
      added.append(
        .members([
          "id": number, "content": .string(tokens[id]), "single_word": .bool(false), "lstrip": .bool(false),
          "rstrip": .bool(false), "normalized": .bool(false), "special": .bool(isSpecial),
        ]))
    }
    var model = JSONObject()
    model["type"] = .string("BPE")
    for key in ["dropout", "continuing_subword_prefix", "end_of_word_suffix"] { model[key] = .null }
    for (key, value) in parts.settings { model[key] = value }
    model["vocab"] = .object(vocabulary)
    model["merges"] = .array(parts.merges)
    var document = JSONObject()
    document["version"] = .string("1.0")
    document["truncation"] = .null
    document["padding"] = .null
    document["added_tokens"] = .array(added)
    document["normalizer"] = parts.normalizer
    document["pre_tokenizer"] = parts.preTokenizer
    document["post_processor"] = try postProcessor(tokens)
    document["decoder"] = parts.decoder
    document["model"] = .object(model)
    return document
  }

  // MARK: Special tokens

  private func token(_ key: String, _ tokens: [String]) -> (id: Int, text: String)? {
    guard let id = metadata["tokenizer.ggml.\(key)_token_id"]?.int, tokens.indices.contains(id) else { return nil }
    return (id, tokens[id])
  }

  /// The beginning and the end of a text, where the file says that they are added.
  private func postProcessor(_ tokens: [String]) throws(FormatError) -> JSONTree {
    let isSentencePiece = try metadata.string(for: "tokenizer.ggml.model") == "llama"
    let addsStart = has("add_bos_token") ? try metadata.bool(for: "tokenizer.ggml.add_bos_token") : isSentencePiece
    let addsEnd = has("add_eos_token") ? try metadata.bool(for: "tokenizer.ggml.add_eos_token") : false
    let start = addsStart ? token("bos", tokens) : nil
    let end = addsEnd ? token("eos", tokens) : nil
    guard start != nil || end != nil else { return .null }
    func around(_ sequence: String, _ type: String) -> [JSONTree] {
      func special(_ text: String) -> JSONTree {
        .members(["SpecialToken": .members(["id": .string(text), "type_id": .number(type)])])
      }
      let middle = JSONTree.members(["Sequence": .members(["id": .string(sequence), "type_id": .number(type)])])
      return (start.map { [special($0.text)] } ?? []) + [middle] + (end.map { [special($0.text)] } ?? [])
    }
    var specials = JSONObject()
    for item in [start, end] {
      guard let item else { continue }
      specials[item.text] = .members([
        "id": .string(item.text), "ids": .array([.number(String(item.id))]), "tokens": .array([.string(item.text)]),
      ])
    }
    return .members([
      "type": .string("TemplateProcessing"), "single": .array(around("A", "0")),
      "pair": .array(around("A", "0") + around("B", "1")), "special_tokens": .object(specials),
    ])
  }

  private func configuration(_ tokens: [String]) throws(FormatError) -> JSONObject {
    var object = JSONObject()
    object["tokenizer_class"] = .string("PreTrainedTokenizerFast")
    for (key, name) in [("bos", "bos_token"), ("eos", "eos_token"), ("unknown", "unk_token"), ("padding", "pad_token")]
    {
      if let token = token(key, tokens) { object[name] = .string(token.text) }
    }
    object["clean_up_tokenization_spaces"] = .bool(false)
    let key = "tokenizer.chat_template"
    guard metadata.contains(key) else { return object }
    let main = JSONTree.string(try metadata.string(for: key))
    guard metadata.contains("tokenizer.chat_templates") else {
      object["chat_template"] = main
      return object
    }
    var list: [JSONTree] = [.members(["name": .string("default"), "template": main])]
    for name in try metadata.strings(for: "tokenizer.chat_templates") {
      list.append(
        .members(["name": .string(name), "template": .string(try metadata.string(for: "\(key).\(name)"))]))
    }
    object["chat_template"] = .array(list)
    return object
  }
}
