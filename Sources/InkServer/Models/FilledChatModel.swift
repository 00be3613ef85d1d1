import InkChat

/// A model that answers with the defaults of its entry where a request says nothing.
struct FilledChatModel: ChatModel {
  let model: any ChatModel
  let defaults: RequestDefaults
  /// The fields that the request has, in OpenAI's words.
  let given: Set<String>

  func stream(_ messages: [Message], options: GenerationOptions) -> GenerationStream {
    var (messages, options) = (messages, options)
    defaults.fillSampling(&options, given: given)
    defaults.fillConversation(&messages, &options)
    return model.stream(messages, options: options)
  }
}

extension ModelLease {
  /// The model for a conversation, with the defaults of its entry.
  ///
  /// - Throws: for a model that has none.
  func conversing(given: Set<String>) throws(ServerError) -> any ChatModel {
    guard let chat = model.chat else { throw .missing(.chat, in: listing) }
    return FilledChatModel(model: chat, defaults: model.defaults, given: given)
  }
}
