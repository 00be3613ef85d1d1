import InkFormats

/// A `tokenizer.json` as the arrays of GGUF: byte-pair encoding over bytes (`gpt2`), or over characters with bytes to
/// fall back on (`llama`).
struct GGUFTokenizer {
  /// The kinds of token by their numbers in GGUF (llama.cpp's `llama_token_type`).
  enum TokenType: Int32 {
    case normal = 1
    case unknown = 2
    case control = 3
    case userDefined = 4
    case unused = 5
    case byte = 6
  }

  static let maximumByteCount = 256 << 20

  private let root: JSONNode
  private let folder: ModelFolder
  private let path: String
  private var tokens: [String?]
  private var types: [TokenType]
  private var merges: [(left: String, right: String)] = []

  /// - Parameter vocabulary: the rows of the embedding; there is a token for each.
  /// - Throws: `unsupported` for another kind of model; `malformed`, `outOfRange` for a file that contradicts itself.
  init(path: String, folder: ModelFolder, vocabulary: Int) throws(FormatError) {
    root = try JSONDocument.open(path, limit: GGUFTokenizer.maximumByteCount).root
    self.folder = folder
    self.path = path
    tokens = Array(repeating: nil, count: vocabulary)
    types = Array(repeating: .unused, count: vocabulary)
    let kind = try root["model"]["type"].ifPresent?.string ?? "BPE"
    guard kind == "BPE" else {
      throw FormatError(
        .unsupported, file: path, context: "model.type", expected: "BPE", found: kind,
        hint: "GGUF has arrays for it that are not written here.")
    }
    for (token, node) in try root["model"]["vocab"].members { try set(token, node, .normal) }
    for entry in try root["added_tokens"].ifPresent?.array ?? [] {
      let isSpecial = try entry["special"].ifPresent?.bool ?? false
      try set(try entry["content"].string, entry["id"], isSpecial ? .control : .userDefined)
    }
    for entry in try root["model"]["merges"].array { merges.append(try GGUFTokenizer.pair(entry)) }
  }

  private mutating func set(_ token: String, _ node: JSONNode, _ type: TokenType) throws(FormatError) {
    let id = try node.int
    guard tokens.indices.contains(id) else {
      throw FormatError(
        .outOfRange, file: path, context: "token \(token.prefix(40))", expected: "an id below \(tokens.count)",
        found: "\(id)", hint: "The tokenizer has more tokens than the embedding has rows.")
    }
    tokens[id] = token
    types[id] = type
  }

  private static func pair(_ entry: JSONNode) throws(FormatError) -> (left: String, right: String) {
    if case .array? = entry.value {
      let both = try entry.array
      guard both.count == 2 else { throw entry.mismatch("two tokens") }
      return (try both[0].string, try both[1].string)
    }
    let text = try entry.string
    guard let space = text.dropFirst().firstIndex(of: " ") else { throw entry.mismatch("two tokens with a space") }
    return (String(text[..<space]), String(text[text.index(after: space)...]))
  }

  /// The metadata, with keys after `tokenizer.ggml.`.
  func entries() throws(FormatError) -> [(key: String, value: GGUFValue)] {
    let steps = try PreTokenizerForm.steps(root["pre_tokenizer"])
    let isByteLevel = steps.contains { $0.type == "ByteLevel" }
    let fallsBack = try root["model"]["byte_fallback"].ifPresent?.bool ?? false
    guard isByteLevel || fallsBack else {
      throw FormatError(
        .unsupported, file: path, context: "pre_tokenizer", expected: "ByteLevel, or a model with byte_fallback",
        found: steps.map(\.type).joined(separator: ", "))
    }
    var entries: [(key: String, value: GGUFValue)] = [("model", .string(isByteLevel ? "gpt2" : "llama"))]
    if isByteLevel {
      let form = try PreTokenizerForm(steps, root: root, file: path)
      entries.append(("pre", .string(form.rawValue)))
    } else {
      entries.append(("pre", .string("default")))
    }
    entries.append(("tokens", .array(.strings(GGUFStringArray(tokens.indices.map { tokens[$0] ?? "[PAD\($0)]" })))))
    if isByteLevel {
      entries.append(("token_type", .array(.int32(types.map(\.rawValue)))))
      entries.append(("merges", .array(.strings(GGUFStringArray(merges.map { "\($0.left) \($0.right)" })))))
    } else {
      entries.append(("scores", .array(.float32(scores))))
      entries.append(("token_type", .array(.int32(try sentencePieceTypes().map(\.rawValue)))))
      entries.append(("add_space_prefix", .bool(try addsSpacePrefix(steps))))
    }
    for (role, key) in [("bos", "bos"), ("eos", "eos"), ("unk", "unknown"), ("pad", "padding")] {
      if let id = try id(of: role) { entries.append(("\(key)_token_id", .uint32(UInt32(id)))) }
    }
    entries.append(("add_bos_token", .bool(try adds("bos", at: .start))))
    entries.append(("add_eos_token", .bool(try adds("eos", at: .end))))
    return entries
  }

  /// What the arrays have no place for, in sentences.
  func remarks() throws(FormatError) -> [String] {
    var remarks: [String] = []
    let isByteLevel = try PreTokenizerForm.steps(root["pre_tokenizer"]).contains { $0.type == "ByteLevel" }
    if isByteLevel, let normalizer = root["normalizer"].ifPresent,
      try normalizer["normalizers"].ifPresent?.array.isEmpty != true
    {
      remarks.append("GGUF has no place for the normalizer \(try normalizer["type"].string) of the tokenizer")
    }
    for entry in try root["added_tokens"].ifPresent?.array ?? [] {
      for key in ["lstrip", "rstrip", "single_word"] where try entry[key].ifPresent?.bool == true {
        remarks.append("GGUF has no place for \(key) of the token \(try entry["content"].string)")
      }
    }
    return remarks
  }

  // MARK: SentencePiece

  /// The order of merges as scores: a piece that is merged earlier has a higher one.
  private var scores: [Float] {
    var rank: [String: Int] = [:]
    for (number, pair) in merges.enumerated() {
      let piece = pair.left + pair.right
      if rank[piece] == nil { rank[piece] = number }
    }
    return tokens.indices.map { id in
      guard let token = tokens[id], types[id] == .normal else { return 0 }
      return -Float(rank[token] ?? merges.count + id)
    }
  }

  private func sentencePieceTypes() throws(FormatError) -> [TokenType] {
    let unknown = try root["model"]["unk_token"].ifPresent?.string
    return tokens.indices.map { id in
      guard let token = tokens[id] else { return .unused }
      if token == unknown { return .unknown }
      let isByte = token.utf8.count == 6 && token.hasPrefix("<0x") && token.hasSuffix(">")
      return types[id] == .normal && isByte ? .byte : types[id]
    }
  }

  private func addsSpacePrefix(_ steps: [PreTokenizerForm.Step]) throws(FormatError) -> Bool {
    let normalizer = root["normalizer"]
    let parts = try normalizer["normalizers"].ifPresent?.array ?? [normalizer]
    for part in parts where try part["type"].ifPresent?.string == "Prepend" { return true }
    for step in steps where step.type == "Metaspace" {
      if let scheme = try step.node["prepend_scheme"].ifPresent?.string { return scheme != "never" }
      return try step.node["add_prefix_space"].ifPresent?.bool ?? true
    }
    return false
  }

  // MARK: Special tokens

  private enum Place {
    case start, end
  }

  /// The id of a role: the token named in `tokenizer_config.json`, else the number in `config.json`.
  private func id(of role: String) throws(FormatError) -> Int? {
    if let node = folder.tokenizerConfig?["\(role)_token"].ifPresent {
      let text: String
      if case .object? = node.value { text = try node["content"].string } else { text = try node.string }
      if let id = tokens.firstIndex(of: text) { return id }
    }
    guard let node = folder.config["\(role)_token_id"].ifPresent else { return try templateToken(role) }
    var id: Int?
    if case .array? = node.value { id = try node.array.first?.int } else { id = try node.int }
    guard let id, tokens.indices.contains(id) else { return nil }
    return id
  }

  /// Whether a special token is put around a text: the setting, else what the post-processor does.
  private func adds(_ role: String, at place: Place) throws(FormatError) -> Bool {
    guard try id(of: role) != nil else { return false }
    if let node = folder.tokenizerConfig?["add_\(role)_token"].ifPresent { return try node.bool }
    return try surroundingToken(place) != nil
  }

  /// The id of the token that the post-processor puts at the place of a role.
  private func templateToken(_ role: String) throws(FormatError) -> Int? {
    let place: Place
    switch role {
    case "bos": place = .start
    case "eos": place = .end
    default: return nil
    }
    return try surroundingToken(place).flatMap { tokens.firstIndex(of: $0) }
  }

  /// The token that the post-processor puts before or behind one text: by its template, or as BERT and RoBERTa do.
  private func surroundingToken(_ place: Place) throws(FormatError) -> String? {
    var processors = [root["post_processor"]]
    if let list = try root["post_processor"]["processors"].ifPresent?.array { processors = list }
    for processor in processors {
      switch try processor["type"].ifPresent?.string {
      case "TemplateProcessing":
        let items = try processor["single"].array
        let item = place == .start ? items.first : items.last
        return try item?["SpecialToken"].ifPresent?["id"].string
      case "RobertaProcessing", "BertProcessing": return try processor[place == .start ? "cls" : "sep"][0].string
      default: continue
      }
    }
    return nil
  }
}
