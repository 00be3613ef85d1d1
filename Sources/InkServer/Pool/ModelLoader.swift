/// Something that can make a model of an entry.
public protocol ModelLoader: Sendable {
  /// Bytes of memory that the model will keep, as far as can be told without loading it; 0 for one that lives elsewhere.
  func estimate(_ entry: ModelEntry) async throws(ServerError) -> Int

  /// The model, ready to answer. The task is cancelled when nobody can use the model any more.
  func load(_ entry: ModelEntry) async throws(ServerError) -> LoadedModel
}
