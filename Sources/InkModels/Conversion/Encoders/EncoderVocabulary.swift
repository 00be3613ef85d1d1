import InkFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A `tokenizer.json` of WordPiece or Unigram as the arrays of GGUF.
struct EncoderVocabulary {
  private let root: JSONNode
  private let path: String
  private var tokens: [String?]
  private var types: [GGUFTokenizer.TokenType]
  private var scores: [Float]
  /// What the arrays have no place for, in sentences.
  private(set) var remarks: [String] = []

  private enum Kind {
    case wordPiece(prefix: String)
    case unigram
  }

  private let kind: Kind

  /// - Parameter rows: those of the embedding; there is a token for each.
  /// - Throws: `unsupported` for another kind of model; `malformed`, `outOfRange` for a file that contradicts itself.
  init(path: String, rows: Int) throws(FormatError) {
    root = try JSONDocument.open(path, limit: GGUFTokenizer.maximumByteCount).root
    self.path = path
    tokens = Array(repeating: nil, count: rows)
    types = Array(repeating: .unused, count: rows)
    scores = Array(repeating: -1000, count: rows)
    let model = root["model"]
    switch try model["type"].ifPresent?.string ?? "" {
    case "WordPiece":
      kind = .wordPiece(prefix: try model["continuing_subword_prefix"].ifPresent?.string ?? "##")
      for (token, node) in try model["vocab"].members { try set(token, try node.int, .normal) }
      try remarkOnLetters()
    case "Unigram":
      kind = .unigram
      for (id, entry) in try model["vocab"].array.enumerated() {
        let pair = try entry.array
        guard pair.count == 2 else { throw entry.mismatch("a piece and its score") }
        try set(try pair[0].string, id, .normal)
        scores[id] = Float(try pair[1].double)
      }
    case let other:
      throw FormatError(
        .unsupported, file: path, context: "model.type", expected: "WordPiece or Unigram for an encoder", found: other)
    }
    for entry in try root["added_tokens"].ifPresent?.array ?? [] {
      let isSpecial = try entry["special"].ifPresent?.bool ?? false
      try set(try entry["content"].string, try entry["id"].int, isSpecial ? .control : .userDefined)
    }
    if case .unigram = kind, let unknown = try model["unk_id"].ifPresent?.int, types.indices.contains(unknown) {
      types[unknown] = .unknown
    }
    if case .unigram = kind { try remarkOnNormalizers() }
  }

  private mutating func set(_ token: String, _ id: Int, _ type: GGUFTokenizer.TokenType) throws(FormatError) {
    guard tokens.indices.contains(id) else {
      throw FormatError(
        .outOfRange, file: path, context: "token \(token.prefix(40))", expected: "an id below \(tokens.count)",
        found: "\(id)", hint: "The tokenizer has more tokens than the embedding has rows.")
    }
    tokens[id] = token
    types[id] = type
  }

  /// Readers of GGUF fold case, take accents off and set Chinese characters apart, whatever the model did.
  private mutating func remarkOnLetters() throws(FormatError) {
    let normalizer = root["normalizer"]
    let isFolded = try normalizer["lowercase"].ifPresent?.bool ?? false
    let keepsAccents = try normalizer["strip_accents"].ifPresent?.bool == false
    if !isFolded || keepsAccents {
      remarks.append("readers of GGUF fold case and take accents off; this tokenizer does not, so tokens may differ")
    }
  }

  /// GGUF keeps a table of characters and whether spaces are made one; other normalizers have no place.
  private mutating func remarkOnNormalizers() throws(FormatError) {
    for step in try steps("normalizer", "normalizers") {
      let type = try step["type"].string
      if type == "Precompiled" || type == "Strip" { continue }
      if type == "Replace", try step["pattern"]["Regex"].ifPresent?.string == " {2,}" { continue }
      remarks.append("GGUF has no place for the normalizer \(type) of the tokenizer, so tokens may differ")
    }
  }

  /// The metadata, with keys after `tokenizer.ggml.`.
  ///
  /// - Parameter tokenTypes: kinds of token that the encoder knows.
  func entries(tokenTypes: Int) throws(FormatError) -> [(key: String, value: GGUFValue)] {
    var entries: [(key: String, value: GGUFValue)] = []
    let names = tokens.indices.map { written($0) }
    switch kind {
    case .wordPiece:
      entries = [("model", .string("bert")), ("pre", .string("default"))]
      entries.append(("tokens", .array(.strings(GGUFStringArray(names)))))
    case .unigram:
      entries = [("model", .string("t5")), ("pre", .string("default"))]
      entries.append(("tokens", .array(.strings(GGUFStringArray(names)))))
      entries.append(("scores", .array(.float32(scores))))
      entries.append(("add_space_prefix", .bool(try prependsSpace())))
      entries.append(("remove_extra_whitespaces", .bool(try collapsesSpaces())))
      if let map = try characterMap() { entries.append(("precompiled_charsmap", .array(.uint8(map)))) }
    }
    entries.append(("token_type", .array(.int32(types.map(\.rawValue)))))
    return entries + EncoderVocabulary.kinds(tokenTypes) + (try specialTokens())
  }

  /// How many kinds of token there are, without which llama.cpp opens no encoder of this architecture.
  static func kinds(_ tokenTypes: Int) -> [(key: String, value: GGUFValue)] {
    tokenTypes > 0 ? [("token_type_count", .uint32(UInt32(clamping: tokenTypes)))] : []
  }

  /// WordPiece's tokens say where a word goes on; GGUF's say where one begins.
  private func written(_ id: Int) -> String {
    guard let token = tokens[id] else { return "[PAD\(id)]" }
    guard case .wordPiece(let prefix) = kind, types[id] == .normal else { return token }
    return token.hasPrefix(prefix) ? String(token.dropFirst(prefix.count)) : "\u{2581}" + token
  }

  // MARK: Special tokens

  private func specialTokens() throws(FormatError) -> [(key: String, value: GGUFValue)] {
    let (start, end) = try surroundings()
    var entries: [(key: String, value: GGUFValue)] = []
    func add(_ key: String, _ id: Int?) throws(FormatError) {
      guard let id else { return }
      guard tokens.indices.contains(id) else {
        throw FormatError(
          .outOfRange, file: path, context: "the id of the \(key) token", expected: "an id below \(tokens.count)",
          found: "\(id)", hint: "The file is damaged: fetch it again.")
      }
      entries.append(("\(key)_token_id", .uint32(UInt32(id))))
    }
    func id(_ names: [String]) -> Int? { names.lazy.compactMap { name in tokens.firstIndex(of: name) }.first }
    try add("bos", start)
    try add("eos", end)
    if start != nil { try add("cls", start) }
    if case .wordPiece = kind { try add("seperator", end) } else if start != nil { try add("seperator", end) }
    let unknown: Int? =
      switch kind {
      case .wordPiece:
        try root["model"]["unk_token"].ifPresent.flatMap { node throws(FormatError) in id([try node.string]) }
      case .unigram: try root["model"]["unk_id"].ifPresent?.int
      }
    try add("unknown", unknown)
    try add("padding", id(["[PAD]", "<pad>"]))
    try add("mask", id(["[MASK]", "<mask>"]))
    if case .unigram = kind {
      entries.append(("add_bos_token", .bool(start != nil)))
      entries.append(("add_eos_token", .bool(end != nil)))
    }
    return entries
  }

  /// The tokens that are put around one text.
  private func surroundings() throws(FormatError) -> (start: Int?, end: Int?) {
    var processors = [root["post_processor"]]
    if let list = try root["post_processor"]["processors"].ifPresent?.array { processors = list }
    for processor in processors {
      switch try processor["type"].ifPresent?.string {
      case "TemplateProcessing":
        let items = try processor["single"].array
        return (try special(items.first), try special(items.last))
      case "BertProcessing", "RobertaProcessing":
        return (try processor["cls"].array.last?.int, try processor["sep"].array.last?.int)
      default: continue
      }
    }
    return (nil, nil)
  }

  private func special(_ item: JSONNode?) throws(FormatError) -> Int? {
    guard let token = item?["SpecialToken"].ifPresent else { return nil }
    let text = try token["id"].string
    return tokens.firstIndex(of: text)
  }

  // MARK: Unigram

  private func steps(_ key: String, _ list: String) throws(FormatError) -> [JSONNode] {
    guard let node = root[key].ifPresent else { return [] }
    return try node[list].ifPresent?.array ?? [node]
  }

  private func prependsSpace() throws(FormatError) -> Bool {
    for step in try steps("pre_tokenizer", "pretokenizers") where try step["type"].string == "Metaspace" {
      if let scheme = try step["prepend_scheme"].ifPresent?.string { return scheme != "never" }
      return try step["add_prefix_space"].ifPresent?.bool ?? true
    }
    return false
  }

  private func collapsesSpaces() throws(FormatError) -> Bool {
    for step in try steps("pre_tokenizer", "pretokenizers") where try step["type"].string == "WhitespaceSplit" {
      return true
    }
    for step in try steps("normalizer", "normalizers") where try step["type"].string == "Replace" {
      if try step["pattern"]["Regex"].ifPresent?.string == " {2,}" { return true }
    }
    return false
  }

  private func characterMap() throws(FormatError) -> [UInt8]? {
    for step in try steps("normalizer", "normalizers") where try step["type"].string == "Precompiled" {
      guard let text = try step["precompiled_charsmap"].ifPresent?.string, !text.isEmpty else { return nil }
      guard let data = Data(base64Encoded: text) else {
        throw step["precompiled_charsmap"].mismatch("a table in base64")
      }
      return Array(data)
    }
    return nil
  }
}
