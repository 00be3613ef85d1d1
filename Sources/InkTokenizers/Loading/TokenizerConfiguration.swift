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
    beginningOfSequence = try Self.token(root, "bos_token")
    endOfSequence = try Self.token(root, "eos_token")
    unknown = try Self.token(root, "unk_token")
    padding = try Self.token(root, "pad_token")
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

  /// A token given as a string or as an object with `content`.
  private static func token(_ root: JSONField, _ name: String) throws(TokenizerError) -> String? {
    guard let field = root.optional(name) else { return nil }
    if case .string(let content) = field.value { return content }
    return try field.required("content").string()
  }
}
