/// A model, or a part of one, that takes room on the disk.
public struct CachedModel: Sendable, Hashable {
  /// Whose cache it is in.
  public enum Place: Sendable, Hashable {
    /// Our own cache of built-in models.
    case builtIn
    /// The cache of a hub, which other programs share.
    case hub(HubRepository.Hub)
  }

  /// The built-in name, or `org/name`.
  public let name: String
  /// Whose cache it is in.
  public let place: Place
  /// Its folder.
  public let path: String
  /// The bytes it takes, partial files included.
  public let bytes: UInt64
}

extension ModelResolver {
  /// Everything in the three caches, built-in models first, sorted by name.
  public func listCached() -> [CachedModel] {
    var found: [CachedModel] = []
    let own = configuration.inkstoneCache + "/models"
    for name in DiskFile.names(in: own) where !name.hasPrefix(".") {
      found.append(cachedModel(name, .builtIn, own + "/" + name))
    }
    let shared = configuration.huggingFace.cache
    for name in DiskFile.names(in: shared) where name.hasPrefix("models--") {
      let parts = name.dropFirst("models--".count).split(separator: "--", maxSplits: 1).map(String.init)
      found.append(cachedModel(parts.joined(separator: "/"), .hub(.huggingFace), shared + "/" + name))
    }
    let scope = configuration.modelScope.cache + "/models"
    for organization in DiskFile.names(in: scope) where !organization.hasPrefix(".") {
      for name in DiskFile.names(in: scope + "/" + organization) where !name.hasPrefix(".") {
        let readable = name.split(separator: "___", omittingEmptySubsequences: false).joined(separator: ".")
        found.append(
          cachedModel(organization + "/" + readable, .hub(.modelScope), "\(scope)/\(organization)/\(name)"))
      }
    }
    return found.filter { DiskFile.kind(of: $0.path) == .folder }
  }

  private func cachedModel(_ name: String, _ place: CachedModel.Place, _ path: String) -> CachedModel {
    CachedModel(name: name, place: place, path: path, bytes: DiskFile.treeSize(path))
  }

  /// Removes a model that `listCached()` returned, with all its revisions and partial files.
  ///
  /// - Throws: `HubError`: `unsafePath` when the folder is not one of a cache, `fileSystem` when it cannot be removed.
  public func remove(_ model: CachedModel) throws(HubError) {
    let roots = [
      configuration.inkstoneCache + "/models/", configuration.huggingFace.cache + "/models--",
      configuration.modelScope.cache + "/models/",
    ]
    guard roots.contains(where: { model.path.hasPrefix($0) && model.path.utf8.count > $0.utf8.count }),
      !model.path.split(separator: "/").contains("..")
    else {
      throw HubError(.unsafePath, context: model.path, expected: "a folder inside a model cache", found: "another one")
    }
    DiskFile.removeTree(model.path)
    guard DiskFile.kind(of: model.path) == .missing else {
      throw HubError(.fileSystem, context: model.path, found: "it cannot be removed", hint: "Check who owns the folder")
    }
  }
}
