/// Loads each entry where it comes from.
public struct SourceLoader: ModelLoader {
  private let local: any ModelLoader
  private let remote: any ModelLoader

  /// A loader that hands entries on to one of these.
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
