extension TrainedTokenizer {
  /// The content of `tokenizer.json`, as Hugging Face's tokenizers read it.
  public func tokenizerJSON() -> [UInt8] {
    let added = specialTokens.enumerated().map { id, content in
      JSONValue.object(
        [JSONValue.Member(name: "id", value: .number(Double(id)))] + Self.description(ofSpecialToken: content))
    }
    let vocabularyMembers = vocabulary.enumerated().map { id, token in
      JSONValue.Member(name: token, value: .number(Double(id)))
    }
    let mergeTexts = merges.map { JSONValue.string("\(vocabulary[Int($0.left)]) \(vocabulary[Int($0.right)])") }
    return JSONWriter.bytes(
      of: .members([
        "version": .string("1.0"), "truncation": .null, "padding": .null, "added_tokens": .array(added),
        "normalizer": .null, "pre_tokenizer": split.json, "post_processor": .null, "decoder": .byteLevel,
        "model": .members([
          "type": .string("BPE"), "dropout": .null, "unk_token": .null, "continuing_subword_prefix": .null,
          "end_of_word_suffix": .null, "fuse_unk": .bool(false), "byte_fallback": .bool(false),
          "ignore_merges": .bool(false), "vocab": .object(vocabularyMembers), "merges": .array(mergeTexts),
        ]),
      ]))
  }

  /// The content of `tokenizer_config.json`, as transformers reads it.
  ///
  /// - Parameter configuration: the tokens with a part to play, the longest sequence and the chat template; the rest
  ///   follows from the training. Without one, `defaultConfiguration`.
  /// - Throws: `TokenizerError` if it names tokens that are not among the special ones.
  public func configurationJSON(_ configuration: TokenizerConfiguration? = nil) throws(TokenizerError) -> [UInt8] {
    let configuration = configuration ?? defaultConfiguration
    try check(configuration)
    let decoder = specialTokens.enumerated().map { id, content in
      JSONValue.Member(name: "\(id)", value: .object(Self.description(ofSpecialToken: content)))
    }
    var members = [
      JSONValue.Member(name: "add_prefix_space", value: .bool(false)),
      JSONValue.Member(name: "added_tokens_decoder", value: .object(decoder)),
      JSONValue.Member(name: "clean_up_tokenization_spaces", value: .bool(false)),
      JSONValue.Member(name: "tokenizer_class", value: .string("PreTrainedTokenizerFast")),
    ]
    for (name, token) in Self.roles(configuration) {
      if let token { members.append(JSONValue.Member(name: name, value: .string(token))) }
    }
    if let length = configuration.maximumLength {
      members.append(JSONValue.Member(name: "model_max_length", value: .number(Double(length))))
    }
    if let template = configuration.chatTemplate {
      members.append(JSONValue.Member(name: "chat_template", value: .string(template)))
    }
    return JSONWriter.bytes(of: .object(members))
  }

  private static func description(ofSpecialToken content: String) -> [JSONValue.Member] {
    [
      JSONValue.Member(name: "content", value: .string(content)),
      JSONValue.Member(name: "single_word", value: .bool(false)), JSONValue.Member(name: "lstrip", value: .bool(false)),
      JSONValue.Member(name: "rstrip", value: .bool(false)), JSONValue.Member(name: "normalized", value: .bool(false)),
      JSONValue.Member(name: "special", value: .bool(true)),
    ]
  }
}

extension JSONValue {
  /// An object with members in the order given.
  static func members(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
    .object(members.map { Member(name: $0.key, value: $0.value) })
  }
}
