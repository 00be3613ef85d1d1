#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension ModelResolver {
  /// A repository's model: from the cache when it is whole there, else from the hub.
  func hub(
    _ repository: HubRepository, _ quantization: String?, _ fetching: Fetching, _ events: @escaping HubEventHandler
  ) async throws(HubError) -> ResolvedModel.Content {
    let name = "\(repository)"
    switch fetching {
    case .whenMissing:
      // A damaged copy is as good as none here: the hub is asked then.
      if let content = try? cached(repository, quantization, accepting: .whatHubWouldGive) { return content }
    case .never, .always: break
    }
    guard fetching != .never, configuration.network == .online else {
      if let content = try cached(repository, quantization, accepting: .whatThereIs) { return content }
      throw HubError(
        .offline, context: name, expected: "a complete copy on this machine", found: "none",
        hint: "Fetch it once with: inkstone pull \(repository.identifier)")
    }
    do {
      let listing = try await client.list(repository, events: events)
      let choice = try ModelFileChoice.choose(from: listing.files.map(\.path), quantization: quantization, in: name)
      let wanted: Set<String> =
        switch choice {
        case .gguf(let paths), .folder(let paths): Set(paths)
        }
      let folder = try await client.download(
        listing.files.filter { wanted.contains($0.path) }, of: listing, events: events)
      return ModelResolver.content(choice, in: folder)
    } catch {
      switch error.code {
      case .network, .stalled, .serverFailure, .rateLimited:
        guard let content = try? cached(repository, quantization, accepting: .whatThereIs) else { throw error }
        events(.usingCachedCopy(model: name, reason: error.description))
        return content
      default: throw error
      }
    }
  }

  /// What counts as the model when no quantization was named.
  private enum Acceptance {
    /// Only what a full listing would lead to as well: the answer must not depend on what was fetched before.
    case whatHubWouldGive
    /// The best of what is on the disk.
    case whatThereIs
  }

  /// The model in the cache; nil when it is not there or not whole.
  private func cached(
    _ repository: HubRepository, _ quantization: String?, accepting acceptance: Acceptance
  ) throws(HubError) -> ResolvedModel.Content? {
    guard let snapshot = try client.cache.snapshot(of: repository) else { return nil }
    let choice = try ModelFileChoice.choose(from: snapshot.files, quantization: quantization, in: "\(repository)")
    if case .gguf(let paths) = choice, quantization == nil, acceptance == .whatHubWouldGive {
      guard ModelFileChoice.isFirstPreference(paths) else { return nil }
    }
    if case .folder(let files) = choice {
      // An index names the shards; without one a single file holds all.
      let index = files.first { $0.hasSuffix(".safetensors.index.json") || $0.hasSuffix(".bin.index.json") }
      if let index {
        let bytes = try DiskFile.readAll(snapshot.folder + "/" + index, limit: 64 << 20)
        let shards = Set(try HubJSON.decode(ShardIndex.self, bytes, index).weightMap.values)
        guard shards.isSubset(of: files) else { return nil }
      }
    }
    return ModelResolver.content(choice, in: snapshot.folder)
  }

  private static func content(_ choice: ModelFileChoice.Choice, in folder: String) -> ResolvedModel.Content {
    switch choice {
    case .gguf(let paths): .gguf(paths.map { folder + "/" + $0 })
    case .folder: .folder(folder)
    }
  }

  private struct ShardIndex: Decodable {
    var weightMap: [String: String]
    enum CodingKeys: String, CodingKey { case weightMap = "weight_map" }
  }
}
