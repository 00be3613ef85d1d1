/// Reads the post-processors of `tokenizer.json`.
enum PostProcessorLoader {
  static func load(_ field: JSONField, into processor: inout PostProcessor) throws(TokenizerError) {
    let type = try field.required("type").string()
    switch type {
    case "ByteLevel": try loadTrimming(field, &processor)
    case "TemplateProcessing":
      let special = try specialTokens(field)
      processor.plainPair = nil
      processor.single = try template(field.required("single"), special)
      processor.pair = try template(field.required("pair"), special)
    case "RobertaProcessing":
      let (begin, end) = (try ownToken(field.required("cls")), try ownToken(field.required("sep")))
      processor.single = [.tokens([begin], typeID: 0), .first(typeID: 0), .tokens([end], typeID: 0)]
      processor.pair =
        processor.single + [.tokens([end], typeID: 0), .second(typeID: 0), .tokens([end], typeID: 0)]
      processor.plainPair = PostProcessor().pair
      try loadTrimming(field, &processor)
    case "BertProcessing":
      let (begin, end) = (try ownToken(field.required("cls")), try ownToken(field.required("sep")))
      processor.single = [.tokens([begin], typeID: 0), .first(typeID: 0), .tokens([end], typeID: 0)]
      processor.pair = processor.single + [.second(typeID: 1), .tokens([end], typeID: 1)]
      processor.plainPair = nil
    case "Sequence":
      for item in try field.required("processors").list() { try load(item, into: &processor) }
    default:
      throw field.unsupported(
        "ByteLevel, TemplateProcessing, RobertaProcessing, BertProcessing or Sequence",
        "the post-processor \"\(type)\"")
    }
  }

  private static func loadTrimming(_ field: JSONField, _ processor: inout PostProcessor) throws(TokenizerError) {
    guard try field.flag("trim_offsets", default: true) else { return }
    let prefix = try field.flag("add_prefix_space", default: true)
    processor.trimming = .spaces(prefix ? .unlessPresent : .never)
  }

  /// `["</s>", 2]`
  private static func ownToken(_ field: JSONField) throws(TokenizerError) -> TokenID {
    let parts = try field.list()
    guard parts.count == 2 else { throw field.wrong("a token and its id") }
    return try parts[1].tokenID()
  }

  private static func specialTokens(_ field: JSONField) throws(TokenizerError) -> [String: [TokenID]] {
    var result: [String: [TokenID]] = [:]
    guard let members = try field.optional("special_tokens")?.members() else { return result }
    for (name, member) in members {
      var ids: [TokenID] = []
      for id in try member.required("ids").list() { ids.append(try id.tokenID()) }
      result[name] = ids
    }
    return result
  }

  private static func template(
    _ field: JSONField, _ special: [String: [TokenID]]
  ) throws(TokenizerError) -> [PostProcessor.Item] {
    var items: [PostProcessor.Item] = []
    for item in try field.list() {
      if let sequence = item.optional("Sequence") {
        let typeID = Int32(try sequence.required("type_id").integer(in: 0...255))
        switch try sequence.required("id").string() {
        case "A": items.append(.first(typeID: typeID))
        case "B": items.append(.second(typeID: typeID))
        default: throw sequence.wrong("the sequence A or B")
        }
      } else {
        let token = try item.required("SpecialToken")
        let name = try token.required("id").string()
        guard let ids = special[name] else { throw token.wrong("a token listed in special_tokens, not \"\(name)\"") }
        items.append(.tokens(ids, typeID: Int32(try token.required("type_id").integer(in: 0...255))))
      }
    }
    return items
  }
}
