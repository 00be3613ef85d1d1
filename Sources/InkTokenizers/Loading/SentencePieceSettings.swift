/// What the JSON files beside a SentencePiece model say about it.
struct SentencePieceSettings {
  /// `tokenizer_class`, without the ending that only tells implementations apart.
  var tokenizerClass: String?
  var addsBeginning: Bool?
  var addsEnd: Bool?
  var legacy: Bool?
  var addsPrefixSpace: Bool?
  /// `extra_ids` of T5.
  var extraIDs: Int?
  /// `num_image_tokens` of ChatGLM-6B.
  var imageTokens: Int?
  /// The content of the tokens with a role.
  var roles: [Role: String] = [:]
  /// All tokens that are named, in the order in which they were; ids where the files give them.
  private(set) var tokens: [NamedToken] = []

  /// A role that a token is given by name.
  enum Role: String, CaseIterable {
    case beginning = "bos_token"
    case end = "eos_token"
    case unknown = "unk_token"
    case padding = "pad_token"
    case separator = "sep_token"
    case classification = "cls_token"
    case mask = "mask_token"
    case generationMask = "gmask_token"
    case finish = "end_token"
  }

  struct NamedToken {
    var content: String
    var id: TokenID?
    var kind: AddedToken.Kind
    var placement = AddedToken.Placement.anywhere
    var stripping: AddedToken.Stripping = []
  }

  /// Ids of added tokens stay below this.
  private static let idLimit = 1 << 24

  init(_ files: SentencePieceFiles) throws(TokenizerError) {
    if let field = try Self.document(files.specialTokensMap, "special_tokens_map.json") { try readRoles(field) }
    if let field = try Self.document(files.addedTokens, "added_tokens.json") {
      for (content, id) in try field.members() {
        let id = TokenID(try id.integer(in: 0...Self.idLimit))
        add(NamedToken(content: content, id: id, kind: isNamed(content) ? .special : .ordinary))
      }
    }
    guard let field = try Self.document(files.configuration, "tokenizer_config.json") else { return }
    tokenizerClass = try field.optional("tokenizer_class")?.string()
    if let name = tokenizerClass, name.hasSuffix("Fast") { tokenizerClass = String(name.dropLast(4)) }
    addsBeginning = try field.optional("add_bos_token")?.bool()
    addsEnd = try field.optional("add_eos_token")?.bool()
    legacy = try field.optional("legacy")?.bool()
    addsPrefixSpace = try field.optional("add_prefix_space")?.bool()
    extraIDs = try field.optional("extra_ids")?.integer(in: 0...Self.idLimit)
    imageTokens = try field.optional("num_image_tokens")?.integer(in: 0...Self.idLimit)
    try readRoles(field)
    guard let decoder = field.optional("added_tokens_decoder") else { return }
    for (number, token) in try decoder.members() {
      guard let id = TokenID(number), (0...TokenID(Self.idLimit)).contains(id) else {
        throw decoder.wrong("ids up to \(Self.idLimit) as names, not \"\(number)\"")
      }
      add(try Self.token(token, id: id))
    }
  }

  private static func document(_ bytes: [UInt8]?, _ name: String) throws(TokenizerError) -> JSONField? {
    guard let bytes else { return nil }
    var reader = try JSONReader(bytes, name: name)
    let field = JSONField(value: try reader.readValue(), path: name)
    try reader.finish()
    _ = try field.members()
    return field
  }

  private mutating func readRoles(_ field: JSONField) throws(TokenizerError) {
    for role in Role.allCases {
      guard let value = field.optional(role.rawValue) else { continue }
      let token = try Self.token(value, id: nil)
      roles[role] = token.content
      add(token)
    }
    guard let others = field.optional("additional_special_tokens") else { return }
    for other in try others.list() { add(try Self.token(other, id: nil)) }
  }

  /// A token as a string, or as an object with its properties.
  private static func token(_ field: JSONField, id: TokenID?) throws(TokenizerError) -> NamedToken {
    if case .string(let content) = field.value { return NamedToken(content: content, id: id, kind: .special) }
    var token = NamedToken(content: try field.required("content").string(), id: id, kind: .special)
    // Objects in the map of roles do not say that they are special.
    token.kind = try field.flag("special", default: id == nil) ? .special : .ordinary
    token.placement = try field.flag("single_word", default: false) ? .betweenWords : .anywhere
    if try field.flag("lstrip", default: false) { token.stripping.insert(.left) }
    if try field.flag("rstrip", default: false) { token.stripping.insert(.right) }
    return token
  }

  private func isNamed(_ content: String) -> Bool { tokens.contains { $0.content == content } }

  /// Adds a token; a later mention of the same content adds its id and replaces its properties.
  private mutating func add(_ token: NamedToken) {
    guard !token.content.isEmpty else { return }
    guard let index = tokens.firstIndex(where: { $0.content == token.content }) else { return tokens.append(token) }
    let id = token.id ?? tokens[index].id
    // A bare name says nothing about the properties that are known, but that the token has a part to play.
    if token.id != nil || tokens[index].id == nil {
      tokens[index] = token
    } else if token.kind == .special {
      tokens[index].kind = .special
    }
    tokens[index].id = id
  }
}
