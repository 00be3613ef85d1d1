/// Loads each entry by the loader for the place it comes from.
public struct ModelLoaders: ModelLoader {
  private let local: any ModelLoader
  private let remote: any ModelLoader

  /// A loader of both kinds of entries.
  public init(local: any ModelLoader, remote: any ModelLoader) {
    self.local = local
    self.remote = remote
  }

  public func estimate(_ entry: ModelEntry) async throws(ServerError) -> Int {
    try await loader(of: entry).estimate(entry)
  }

  public func load(_ entry: ModelEntry) async throws(ServerError) -> LoadedModel {
    try await loader(of: entry).load(entry)
  }

  private func loader(of entry: ModelEntry) -> any ModelLoader {
    switch entry.source {
    case .local: local
    case .remote: remote
    }
  }
}
