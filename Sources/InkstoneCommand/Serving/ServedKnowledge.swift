import InkChat
import InkFormats
import InkInference
import InkRetrieval
import InkServer
import InkTensor

extension ServedRequestOptions {
  /// The knowledge bases that a server answers from; nil where none are wanted, or no folder can be known.
  ///
  /// - Parameters:
  ///   - models: the served models; one that gives vectors and has the name a base asks for is used for it.
  ///   - opener: finds an embedder that is not served.
  func knowledgeDesk(
    _ models: any ModelProvider, opener: ModelOpener, cpu: CPU, environment: [String: String]
  ) throws -> KnowledgeDesk? {
    if noKnowledge { return nil }
    let folder = knowledge ?? (try? KnowledgeCatalog.defaultFolder(environment: environment))
    guard let folder else { return nil }
    return KnowledgeDesk(
      try KnowledgeCatalog.ofUser(folder: folder, environment: environment),
      defaultEmbedder: ModelRegistry.defaultEmbedder,
      newBases: knowledgeStore.map { .server($0) } ?? .file,
      offered: {
        ModelRegistry.sentenceEncoders + (await models.listings.filter { $0.abilities.contains(.embedding) }.map(\.id))
      }
    ) {
      reference in
      let listings = await models.listings
      if listings.contains(where: { $0.id == reference || $0.aliases.contains(reference) }) {
        let lease = try await models.lease(reference, for: .embedding)
        guard let embedder = lease.model.embedder else {
          throw RetrievalError(
            .invalidSetting, context: "embedder \(reference)", expected: "a model that gives vectors",
            found: "a served model that does not")
        }
        return LeasedEmbedder(lease: lease, embedder: embedder)
      }
      switch try ModelPlace(reference) {
      case .local(let name):
        return LocalEmbedder(try SentenceEncoder.load(try await opener.resolve(name), cpu: cpu), limit: .cut)
      case .remote:
        throw RetrievalError(
          .unsupported, context: "embedder \(reference)", found: "an address that the server does not list",
          hint: "Name the endpoint's model in the server's configuration, under the name \(reference).")
      }
    }
  }
}

/// An embedder that keeps its model from being put away.
private struct LeasedEmbedder: Embedder {
  let lease: ModelLease
  let embedder: any Embedder

  var dimension: Int { embedder.dimension }

  func tokenCount(of text: String) -> Int? { embedder.tokenCount(of: text) }

  func extent(of text: String, as purpose: EmbeddingPurpose) -> EmbeddedExtent {
    embedder.extent(of: text, as: purpose)
  }

  func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws(GenerationError) -> [[Float]] {
    try await embedder.embed(texts, as: purpose)
  }
}
