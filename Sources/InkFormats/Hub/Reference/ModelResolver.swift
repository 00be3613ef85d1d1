/// Turns what a user wrote into files on this machine, fetching them when that is allowed.
///
/// ```swift
/// let resolver = ModelResolver(configuration: configuration)
/// let model = try await resolver.resolve(try ModelReference("smollm2-135m"), fetching: .whenMissing)
/// ```
public struct ModelResolver: Sendable {
  /// When the network is asked.
  public enum Fetching: Sendable, Equatable {
    /// Only when the model is not complete on the disk.
    case whenMissing
    /// Always, to learn of a newer revision; the copy on the disk is used when the hub cannot be reached.
    case always
    /// Never.
    case never
  }

  /// The settings.
  public let configuration: HubConfiguration
  /// The models with names of their own.
  public let registry: ModelRegistry
  let client: HubClient
  let clock: any Clock<Duration>
  let disk: DiskWriter

  /// A resolver. `clock` measures pauses between tries.
  public init(
    configuration: HubConfiguration, registry: ModelRegistry = .builtIn,
    clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.init(configuration: configuration, registry: registry, clock: clock, disk: .system)
  }

  /// A resolver that writes through `disk`.
  package init(
    configuration: HubConfiguration, registry: ModelRegistry, clock: any Clock<Duration>, disk: DiskWriter
  ) {
    self.configuration = configuration
    self.registry = registry
    self.clock = clock
    self.disk = disk
    client = HubClient(configuration: configuration, clock: clock, disk: disk)
  }

  /// The files of a model.
  ///
  /// - Throws: `HubError`: `notFound`, `unknownModel`, `noMatchingFile`, `offline`, and what fetching throws.
  public func resolve(
    _ reference: ModelReference, fetching: Fetching = .whenMissing, events: @escaping HubEventHandler = { _ in }
  ) async throws(HubError) -> ResolvedModel {
    let content: ResolvedModel.Content =
      switch reference {
      case .file(let path): try localFile(path)
      case .folder(let path): try localFolder(path)
      case .builtIn(let name):
        try await builtIn(try registry.requireModel(named: name), fetching, events)
      case .repository(let repository, let quantization):
        try await hub(repository, quantization, fetching, events)
      }
    return ResolvedModel(reference: reference, content: content)
  }

  private func localFile(_ path: String) throws(HubError) -> ResolvedModel.Content {
    guard DiskFile.size(of: path) != nil else {
      throw HubError(
        .notFound, context: path, expected: "a GGUF file", found: DiskFile.isFolder(path) ? "a folder" : "nothing",
        hint: "Check the path")
    }
    // A first shard brings the others along; any other name stands for itself.
    let folder = DiskFile.parent(of: path)
    let place = folder.isEmpty ? "." : folder
    let name = DiskFile.name(of: path)
    guard name.contains("-of-") else { return .gguf([path]) }
    let stem = name.split(separator: "-").dropLast(3).joined(separator: "-")
    let siblings = DiskFile.names(in: place).filter { $0.hasPrefix(stem + "-") && $0.hasSuffix(".gguf") }
    guard case .gguf(let shards) = try ModelFileChoice.choose(from: siblings, quantization: nil, in: path),
      shards.contains(name)
    else { return .gguf([path]) }
    return .gguf(shards.map { folder.isEmpty ? $0 : (folder == "/" ? "/" : folder + "/") + $0 })
  }

  private func localFolder(_ path: String) throws(HubError) -> ResolvedModel.Content {
    guard DiskFile.isFolder(path) else {
      throw HubError(
        .notFound, context: path, expected: "a model folder", found: "nothing",
        hint: "Check the path; a model on a hub is written org/name without a leading dot or slash")
    }
    switch try ModelFileChoice.choose(from: DiskFile.names(in: path), quantization: nil, in: path) {
    case .gguf(let shards): return .gguf(shards.map { path.withoutTrailingSlash() + "/" + $0 })
    case .folder: return .folder(path.withoutTrailingSlash())
    }
  }
}
