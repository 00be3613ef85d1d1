public import InkChat

extension KnowledgeStore {
  /// Refuses an embedder that has the right name and makes other vectors than those of the base: a folder whose model
  /// was replaced, an endpoint that serves another one by now. One of the pieces is embedded again and compared with
  /// what is stored of it; an empty base takes any embedder of its dimension.
  ///
  /// - Throws: `invalidSetting` for another embedder; `model` when it fails; what the store throws.
  public func check(_ embedder: any Embedder) async throws(RetrievalError) {
    // The name may be a path of this machine, or an address.
    let name = settings.embedder
    guard embedder.dimension == settings.dimension else {
      throw RetrievalError(
        .invalidSetting, context: "the base's embedder", expected: "vectors of \(settings.dimension) elements",
        found: "\(embedder.dimension)", hint: KnowledgeStoreEmbedder.hint, privateDetail: name)
    }
    // Any piece does, and a short one takes least time.
    var direction = [Float](repeating: 0, count: settings.dimension)
    direction[0] = 1
    let some = try await search(vector: direction, count: 8, filter: nil).map(\.piece)
    let shortest = some.min { $0.piece.text.utf8.count < $1.piece.text.utf8.count }
    guard let piece = shortest, let stored = try await vectors([piece.id]).first ?? nil,
      stored.contains(where: { $0 != 0 })
    else { return }
    let made: [[Float]]
    do { made = try await embedder.embed([settings.searchedText(of: piece.piece)], as: .document) } catch {
      throw RetrievalError(error, context: "embedding a piece of the base again")
    }
    let likeness = made.first.map { cosine($0, stored) } ?? 0
    guard likeness >= KnowledgeStoreEmbedder.leastLikeness else {
      throw RetrievalError(
        .invalidSetting, context: "the base's embedder", expected: "the model that the base was made with",
        found: "another one: its vector of a piece of \(piece.document) has the cosine "
          + "\((likeness * 1000).rounded() / 1000) with the stored one",
        hint: KnowledgeStoreEmbedder.hint, privateDetail: name)
    }
  }
}

/// When two vectors of a text are taken for those of one model.
private enum KnowledgeStoreEmbedder {
  /// Roundings of weights to 8 bits leave more, another training leaves less.
  static let leastLikeness = 0.98
  static let hint = "Put the earlier model back, or make a new base for this one and add the documents to it."
}
