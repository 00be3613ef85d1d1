public import InkFormats
public import InkInference
public import InkModels
public import InkTensor

/// What the files of a model are to be used for.
public enum LocalModelKind: String, Sendable, Hashable, CaseIterable {
  case language, embedding, reranker

  /// Loads a model and says what can be said of it.
  ///
  /// - Parameters:
  ///   - resolved: its files.
  ///   - id: the name that requests ask for it by.
  ///   - created: seconds since 1970 that lists tell.
  ///   - template: which chat template a language model uses.
  ///   - settings: how its engine shares it among requests.
  ///   - cpu: the backend, which all models may share.
  /// - Throws: when the files are damaged or hold another kind of model; the message names the place.
  public func load(
    _ resolved: ResolvedModel, id: String, created: Int, template: TemplateChoice = .automatic,
    settings: EngineSettings = EngineSettings(), cpu: CPU
  ) throws(ModelLoadError) -> (listing: ModelListing, model: ServedModel) {
    let bytes = resolved.byteCount
    switch self {
    case .language:
      let model = LocalChatModel(
        try LanguageModel.load(resolved, template: template, cpu: cpu), settings: settings)
      return (ModelListing(id: id, created: created, model: model), ServedModel(model, byteCount: bytes))
    case .embedding:
      let model = LocalEmbedder(try SentenceEncoder.load(resolved, cpu: cpu))
      return (
        ModelListing(id: id, created: created, model: model), ServedModel(embedder: model, byteCount: bytes)
      )
    case .reranker:
      let model = LocalReranker(try CrossEncoder.load(resolved, cpu: cpu))
      return (
        ModelListing(id: id, created: created, model: model), ServedModel(reranker: model, byteCount: bytes)
      )
    }
  }
}
