/// The parts of `tokenizer_config.json` that a tokenizer and a chat need.
public struct TokenizerConfiguration: Sendable, Equatable {
  /// `bos_token`.
  public var beginningOfSequence: String?
  /// `eos_token`.
  public var endOfSequence: String?
  /// `unk_token`.
  public var unknown: String?
  /// `pad_token`.
  public var padding: String?
  /// `cls_token`.
  public var classification: String?
  /// `sep_token`.
  public var separator: String?
  /// `mask_token`.
  public var mask: String?
  /// `tokenizer_class`: the reference library's class, which says what the bare files of a folder mean.
  public var tokenizerClass: String?
  /// `do_lower_case`.
  public var lowersCase: Bool?
  /// `strip_accents`.
  public var stripsAccents: Bool?
  /// `tokenize_chinese_chars`.
  public var separatesChineseCharacters: Bool?
  /// `never_split`: words that are kept as they are.
  public var neverSplit: [String]
  /// `add_prefix_space`.
  public var addsPrefixSpace: Bool?
  /// `added_tokens_decoder`, in the order of ids.
  public var addedTokens: [AddedToken]
  /// How the file describes tokens that it names as objects, by content; the ids are -1.
  var describedTokens: [String: AddedToken]
  /// `add_bos_token`.
  public var addsBeginningOfSequence: Bool?
  /// `add_eos_token`.
  public var addsEndOfSequence: Bool?
  /// `model_max_length`, in tokens; absent where the file only says "very large".
  public var maximumLength: Int?
  /// `chat_template`; of a list of named templates the one called `default`.
  public var chatTemplate: String?
  /// All templates of a list, by name.
  public var namedChatTemplates: [String: String]

  /// A configuration that says nothing.
  public init() {
    namedChatTemplates = [:]
    neverSplit = []
    addedTokens = []
    describedTokens = [:]
  }

  /// Reads the file.
  ///
  /// - Throws: `TokenizerError` that names the byte or the field.
  public init(json bytes: [UInt8]) throws(TokenizerError) {
    self.init()
    var reader = try JSONReader(bytes, name: "tokenizer_config.json")
    let root = JSONField(value: try reader.readValue(), path: "tokenizer_config.json")
    try reader.finish()
    _ = try root.members()
    try readRoles(root)
    tokenizerClass = try root.optional("tokenizer_class")?.string()
    lowersCase = try root.optional("do_lower_case")?.bool()
    stripsAccents = try root.optional("strip_accents")?.bool()
    separatesChineseCharacters = try root.optional("tokenize_chinese_chars")?.bool()
    addsPrefixSpace = try root.optional("add_prefix_space")?.bool()
    for item in try root.optional("never_split")?.list() ?? [] { neverSplit.append(try item.string()) }
    for (name, item) in try root.optional("added_tokens_decoder")?.members() ?? [] {
      guard let id = TokenID(name), id >= 0 else { throw item.wrong("a token under its id") }
      addedTokens.append(try TokenizerJSONLoader.addedToken(item, id: id))
    }
    addedTokens.sort { $0.id < $1.id }
    addsBeginningOfSequence = try root.optional("add_bos_token")?.bool()
    addsEndOfSequence = try root.optional("add_eos_token")?.bool()
    if case .number(let number)? = root.optional("model_max_length")?.value, number > 0, number < 1e12 {
      maximumLength = Int(number)
    }
    guard let template = root.optional("chat_template") else { return }
    if case .string(let text) = template.value {
      chatTemplate = text
      return
    }
    for item in try template.list() {
      namedChatTemplates[try item.required("name").string()] = try item.required("template").string()
    }
    chatTemplate = namedChatTemplates["default"]
  }

  /// Takes over the tokens that `special_tokens_map.json` names and that are not named yet.
  ///
  /// - Throws: `TokenizerError` that names the byte or the field.
  public mutating func complete(specialTokensMap bytes: [UInt8]) throws(TokenizerError) {
    var reader = try JSONReader(bytes, name: "special_tokens_map.json")
    let root = JSONField(value: try reader.readValue(), path: "special_tokens_map.json")
    try reader.finish()
    _ = try root.members()
    try readRoles(root)
  }

  private mutating func readRoles(_ root: JSONField) throws(TokenizerError) {
    if beginningOfSequence == nil { beginningOfSequence = try token(root, "bos_token") }
    if endOfSequence == nil { endOfSequence = try token(root, "eos_token") }
    if unknown == nil { unknown = try token(root, "unk_token") }
    if padding == nil { padding = try token(root, "pad_token") }
    if classification == nil { classification = try token(root, "cls_token") }
    if separator == nil { separator = try token(root, "sep_token") }
    if mask == nil { mask = try token(root, "mask_token") }
  }

  /// A token given as a string or as an object with `content`.
  private mutating func token(_ root: JSONField, _ name: String) throws(TokenizerError) -> String? {
    guard let field = root.optional(name) else { return nil }
    if case .string(let content) = field.value { return content }
    let token = try TokenizerJSONLoader.addedToken(field, id: -1)
    describedTokens[token.content] = token
    return token.content
  }

  /// The tokens that have a part to play, by content.
  var roleTokens: [String] {
    [beginningOfSequence, endOfSequence, unknown, padding, classification, separator, mask].compactMap { $0 }
  }
}
