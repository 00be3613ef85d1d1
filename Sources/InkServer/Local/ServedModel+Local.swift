public import InkInference

extension ServedModel {
  /// A language model of this process.
  ///
  /// - Parameters:
  ///   - byteCount: what it is reckoned to keep in memory.
  ///   - parameterCount: how many weights it has; nil when nobody counted.
  public init(_ model: LocalChatModel, byteCount: Int, parameterCount: Int? = nil) {
    let converses = model.model.template != nil
    self.init(
      chat: converses ? model : nil, text: model, beams: model, renderer: converses ? model : nil, statistics: model,
      byteCount: byteCount, parameterCount: parameterCount)
  }

  /// A language model of this process with an adapter; the memory is the model's.
  init(_ model: LocalChatModel, adapter: AdaptedChatModel, parameterCount: Int?) {
    let converses = model.model.template != nil
    self.init(
      chat: converses ? adapter : nil, text: adapter, beams: adapter, renderer: converses ? adapter : nil,
      statistics: model,
      byteCount: 0, parameterCount: parameterCount)
  }
}

extension LanguageModel {
  /// What can be asked of it.
  var abilities: Set<ModelListing.Ability> {
    var abilities: Set<ModelListing.Ability> = [.completion]
    guard template != nil else { return abilities }
    abilities.formUnion([.chat, .tools])
    if readsPictures { abilities.insert(.vision) }
    if reasons { abilities.insert(.reasoning) }
    return abilities
  }
}
