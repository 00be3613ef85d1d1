public import InkInference

extension ServedModel {
  /// A language model of this process.
  ///
  /// - Parameter byteCount: what it is reckoned to keep in memory.
  public init(_ model: LocalChatModel, byteCount: Int) {
    let converses = model.model.template != nil
    self.init(
      chat: converses ? model : nil, text: model, renderer: converses ? model : nil, statistics: model,
      byteCount: byteCount)
  }
}

extension ModelListing {
  /// What a list says of a language model of this process.
  public init(id: String, created: Int, model: LocalChatModel) {
    var abilities: Set<Ability> = [.completion]
    if model.model.template != nil { abilities.insert(.chat) }
    if model.model.readsPictures { abilities.insert(.vision) }
    self.init(
      id: id, created: created, state: .loaded, abilities: abilities, contextLength: model.contextLength)
  }

  /// What a list says of an embedding model of this process.
  public init(id: String, created: Int, model: LocalEmbedder) {
    self.init(
      id: id, created: created, state: .loaded, abilities: [.embedding], contextLength: model.model.maximumTokens,
      facts: [Fact("dimension", "\(model.dimension)")])
  }

  /// What a list says of a cross-encoder of this process.
  public init(id: String, created: Int, model: LocalReranker) {
    self.init(
      id: id, created: created, state: .loaded, abilities: [.rerank], contextLength: model.model.maximumTokens)
  }
}
