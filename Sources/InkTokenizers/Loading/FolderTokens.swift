/// The added tokens of folders that have no `tokenizer.json`.
enum FolderTokens {
  /// Collects them: those that `tokenizer_config.json` lists with their ids, those of `added_tokens.json`, and those that
  /// have a part to play and are in the vocabulary.
  static func tokens(
    _ configuration: TokenizerConfiguration, addedTokensJSON: [UInt8]?, find: (String) -> TokenID?
  ) throws(TokenizerError) -> [AddedToken] {
    var tokens = configuration.addedTokens
    var seen = Set(tokens.map(\.id))
    let roles = Set(configuration.roleTokens)
    func add(_ content: String, _ id: TokenID) {
      guard seen.insert(id).inserted else { return }
      var token =
        configuration.describedTokens[content]
        ?? AddedToken(
          id: id, content: content, kind: roles.contains(content) ? .special : .ordinary,
          matching: roles.contains(content) ? .givenText : .normalizedText)
      token.id = id
      if roles.contains(content) { token.kind = .special }
      tokens.append(token)
    }
    if let addedTokensJSON {
      var reader = try JSONReader(addedTokensJSON, name: "added_tokens.json")
      let root = JSONField(value: try reader.readValue(), path: "added_tokens.json")
      try reader.finish()
      for (name, field) in try root.members() { add(name, try field.tokenID()) }
    }
    for content in configuration.roleTokens { if let id = find(content) { add(content, id) } }
    return tokens.sorted { $0.id < $1.id }
  }
}
