package import InkFormats
package import InkTokenizers

/// What the format of a model without a template is known by: facts of its configuration and vocabulary that its
/// publisher put there for conversations. A base model has none of them, and nothing is guessed from a name.
package struct ConversationTraits: Sendable {
  private let modelType: String
  private let config: JSONNode?
  private let generationConfig: JSONNode?
  private let tokenizer: Tokenizer
  private let endTokens: Set<Int32>

  /// The traits of a model.
  ///
  /// - Parameters:
  ///   - modelType: `model_type` of `config.json`, or `general.architecture` of a GGUF file.
  ///   - config: `config.json`.
  ///   - generationConfig: `generation_config.json`.
  ///   - tokenizer: the model's tokenizer.
  ///   - endTokens: the tokens that the configuration says end an answer.
  package init(
    modelType: String, config: JSONNode?, generationConfig: JSONNode?, tokenizer: Tokenizer, endTokens: Set<Int32>
  ) {
    self.modelType = modelType
    self.config = config
    self.generationConfig = generationConfig
    self.tokenizer = tokenizer
    self.endTokens = endTokens
  }

  /// The format, when the facts name one.
  package var format: ConversationFormat? {
    name.flatMap { name in ConversationFormat.table.first { $0.name == name } }
  }

  private var name: String? {
    switch modelType {
    case "baichuan": baichuan
    case "chatglm": chatGLM
    case "internlm": ends(with: "<eoa>") ? "internlm-chat" : nil
    case "moss": ends(with: "<eom>") ? "moss" : nil
    case "qwen": if case .string("chatml")? = generationConfig?["chat_format"].value { "qwen-7b-chat" } else { nil }
    default: nil
    }
  }

  /// The chat models name the tokens of the two speakers in their generation configuration; which tokens these are
  /// tells the two vocabularies apart.
  private var baichuan: String? {
    switch (piece("user_token_id"), piece("assistant_token_id")) {
    case ("<reserved_102>", "<reserved_103>"): "baichuan-chat"
    case ("<reserved_106>", "<reserved_107>"): "baichuan2-chat"
    default: nil
    }
  }

  /// The first generation has two axes of positions, the third a token for the user. GLM-4 calls itself by the same
  /// name; its vocabulary is larger.
  private var chatGLM: String? {
    if config?["position_encoding_2d"].ifPresent != nil { return "chatglm" }
    guard let rows = config?["padded_vocab_size"].ifPresent, (try? rows.int) == 65024 else { return nil }
    return tokenizer.id(ofPiece: "<|user|>") == nil ? "chatglm2" : "chatglm3"
  }

  private func piece(_ key: String) -> String? {
    guard let node = generationConfig?[key].ifPresent, let number = try? node.int else { return nil }
    return Int32(exactly: number).flatMap { tokenizer.piece($0) }
  }

  private func ends(with piece: String) -> Bool {
    tokenizer.id(ofPiece: piece).map { endTokens.contains($0) } ?? false
  }
}
