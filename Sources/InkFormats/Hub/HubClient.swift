/// Lists and downloads models of Hugging Face and ModelScope into the cache that their own tools use.
///
/// A file becomes visible only when it is whole and its hash is right; an interrupted download continues where it
/// stopped; two programs that want the same file wait for each other.
///
/// ```swift
/// let client = HubClient(configuration: try HubConfiguration(environment: ProcessInfo.processInfo.environment))
/// let model = try HubRepository(hub: .huggingFace, organization: "Qwen", name: "Qwen3-0.6B")
/// let listing = try await client.list(model)
/// let folder = try await client.download(listing.files.filter { $0.path.hasSuffix(".json") }, of: listing)
/// ```
public struct HubClient: Sendable {
  /// The settings.
  public let configuration: HubConfiguration
  let clock: any Clock<Duration>
  let disk: DiskWriter
  /// Where files go.
  package let cache: HubCache

  /// A client. `clock` measures the pauses between tries.
  public init(configuration: HubConfiguration, clock: any Clock<Duration> = ContinuousClock()) {
    self.init(configuration: configuration, clock: clock, disk: .system)
  }

  /// A client that writes through `disk`.
  package init(configuration: HubConfiguration, clock: any Clock<Duration>, disk: DiskWriter) {
    self.configuration = configuration
    self.clock = clock
    self.disk = disk
    cache = HubCache(configuration)
  }

  /// The files of a repository with lengths and hashes. Every path in it is checked to stay inside the model.
  ///
  /// - Throws: `HubError`: `offline`, `notFound`, `unauthorized`, `forbidden`, `badResponse`, `unsafePath`,
  ///   `network` and the like.
  public func list(
    _ repository: HubRepository, events: @escaping HubEventHandler = { _ in }
  ) async throws(HubError) -> HubListing {
    try requireNetwork(for: repository.description)
    events(.listing(model: repository.description))
    return try await HubTransport.open(configuration) { (transport) async throws(HubError) -> HubListing in
      let requests = HubAPIRequest(transport: transport, configuration: configuration, clock: clock, events: events)
      return switch repository.hub {
      case .huggingFace:
        try await HuggingFaceAPI(endpoint: configuration.huggingFace, requests: requests).list(repository)
      case .modelScope:
        try await ModelScopeAPI(endpoint: configuration.modelScope, requests: requests).list(repository)
      }
    }
  }

  /// Downloads files of a listing, several at a time, and returns the folder in which they appear under their own
  /// names. Files that are there already are not fetched again.
  ///
  /// - Throws: `HubError`: `diskFull`, `hashMismatch`, `sizeMismatch`, `network`, `stalled`, `cancelled` … After an
  ///   error the files that are complete stay; partial ones are kept aside for the next call.
  public func download(
    _ files: [HubFile], of listing: HubListing, events: @escaping HubEventHandler = { _ in }
  ) async throws(HubError) -> String {
    var missing: [HubFile] = []
    for file in files where try !isComplete(file, in: listing) { missing.append(file) }
    if !missing.isEmpty {
      try requireNetwork(for: listing.repository.description)
      try requireRoom(for: missing, of: listing)
      try await HubTransport.open(configuration) { (transport) async throws(HubError) in
        try await fetchAll(missing, of: listing, through: transport, events)
      }
    }
    for file in files {
      try cache.publish(try cache.placement(of: file, in: listing), of: file, in: listing)
    }
    try cache.note(listing, through: disk)
    return cache.snapshotFolder(listing)
  }

  private func fetchAll(
    _ files: [HubFile], of listing: HubListing, through transport: HubTransport, _ events: @escaping HubEventHandler
  ) async throws(HubError) {
    let failure: HubError? = await withTaskGroup(of: HubError?.self) { group in
      var waiting = files.makeIterator()
      var first: HubError?
      for _ in 0..<max(1, configuration.parallelDownloads) {
        guard let file = waiting.next() else { break }
        group.addTask { await outcome(of: file, listing, transport, events) }
      }
      while let outcome = await group.next() {
        if let outcome, first == nil {
          first = outcome
          group.cancelAll()
        }
        if first == nil, let file = waiting.next() {
          group.addTask { await self.outcome(of: file, listing, transport, events) }
        }
      }
      return first
    }
    if let failure { throw failure }
  }

  private func outcome(
    of file: HubFile, _ listing: HubListing, _ transport: HubTransport, _ events: @escaping HubEventHandler
  ) async -> HubError? {
    do {
      try await fetch(file, of: listing, through: transport, events)
      return nil
    } catch {
      return error
    }
  }

  private func fetch(
    _ file: HubFile, of listing: HubListing, through transport: HubTransport, _ events: @escaping HubEventHandler
  ) async throws(HubError) {
    let placement = try cache.placement(of: file, in: listing)
    let endpoint =
      switch listing.repository.hub {
      case .huggingFace: configuration.huggingFace
      case .modelScope: configuration.modelScope
      }
    let address =
      switch listing.repository.hub {
      case .huggingFace: try HuggingFaceAPI.address(endpoint: endpoint.address, path: file.path, in: listing)
      case .modelScope: try ModelScopeAPI.address(endpoint: endpoint.address, path: file.path, in: listing)
      }
    try await DiskLock.hold(
      placement.lock, for: file.path, timeout: configuration.lockTimeout, clock: clock, events: events
    ) { () async throws(HubError) in
      // Another process may have finished it while we waited.
      if try isComplete(file, in: listing) { return }
      try await HubDownload(
        transport: transport, configuration: configuration, disk: disk, clock: clock, events: events
      ).run(
        HubDownload.Job(
          name: file.path, address: address, token: try endpoint.token.read(), hub: listing.repository.hub,
          size: file.size, hash: file.hash, partial: placement.partial, target: placement.target))
    }
  }

  /// Whether a file's content is on the disk. A Hugging Face blob carries its hash as its name and was checked before
  /// it got it; a ModelScope file may stem from another revision, so its hash is computed.
  private func isComplete(_ file: HubFile, in listing: HubListing) throws(HubError) -> Bool {
    let target = try cache.placement(of: file, in: listing).target
    guard DiskFile.size(of: target) == file.size else { return false }
    switch listing.repository.hub {
    case .huggingFace: return true
    case .modelScope:
      guard let expected = file.hash else { return true }
      return try ContentHasher.hash(of: target, like: expected) == expected
    }
  }

  private func requireRoom(for files: [HubFile], of listing: HubListing) throws(HubError) {
    let folder = cache.repositoryFolder(listing.repository)
    try DiskFile.makeFolder(folder)
    var needed: UInt64 = 0
    for file in files {
      let kept = DiskFile.size(of: try cache.placement(of: file, in: listing).partial) ?? 0
      let (sum, overflow) = needed.addingReportingOverflow(file.size - min(kept, file.size))
      needed = overflow ? .max : sum
    }
    try disk.requireRoom(for: needed, in: folder, file: listing.repository.description)
  }

  private func requireNetwork(for subject: String) throws(HubError) {
    guard configuration.network == .offline else { return }
    throw HubError(
      .offline, context: subject, found: "it is not on this machine and offline mode is on",
      hint: "Unset HF_HUB_OFFLINE (or leave out --offline), or copy the model into the cache")
  }
}
