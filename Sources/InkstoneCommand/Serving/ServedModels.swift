import AsyncHTTPClient
import InkFormats
import InkInference
import InkRemote
import InkServer
import InkTensor
import Logging

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The models of a server: those of the command line, and those of its file, which may change.
struct ServedModels: Sendable {
  /// Where routes get their models from.
  let provider: any ModelProvider
  /// The name of the first model, for examples.
  let firstName: String
  private let pool: ModelPool
  private let workers: WorkerModels?
  private let client: HTTPClient
  private let options: ServedModelOptions
  private let requests: ServedRequestOptions
  private let opener: ModelOpener
  private let logger: Logger

  init(
    options: ServedModelOptions, requests: ServedRequestOptions, opener: ModelOpener, cpu: CPU,
    configuration: ServerConfiguration, environment: [String: String], logger: Logger
  ) throws {
    let client = HTTPClient(configuration: .remoteModels())
    let keys = EndpointKeys(environment: environment)
    let loader = ModelLoaders(
      local: LocalModelLoader(
        cpu: cpu, engine: requests.engineSettings, resolve: { try await opener.resolve($0) },
        readText: { try InputFile.text($0) },
        attach: { sources, model, resolved, cpu in
          try model.attaching(
            adapters: sources.map { ($0.name, $0.path) }, of: resolved, answering: nil, on: cpu)
        },
        attachToEncoder: { source, model, resolved, cpu in
          switch model {
          case .sentences(let base): .sentences(try base.attaching(adapter: source.path, of: resolved, on: cpu))
          case .pairs(let base): .pairs(try base.attaching(adapter: source.path, of: resolved, on: cpu))
          case .headless: .pairs(try CrossEncoder.load(resolved, adapter: source.path, on: cpu))
          }
        }),
      remote: RemoteModelLoader(client: client, keys: keys, clock: ContinuousClock()))
    let entries = ServedModels.entries(options, requests, configuration)
    let pool = try ModelPool(
      entries, loader: loader, limits: ServedModels.limits(options, configuration), created: ServedModels.now,
      clock: ContinuousClock())
    let workers = try configuration.gateway.map { options in
      try WorkerModels(options, client: client, keys: keys, clock: ContinuousClock())
    }
    provider = workers.map { CombinedModels([pool, $0]) } ?? pool
    self.client = client
    self.pool = pool
    self.workers = workers
    firstName = entries.first?.name ?? ""
    self.options = options
    self.requests = requests
    self.opener = opener
    self.logger = logger
  }

  /// Loads the models that are to be there from the start.
  ///
  /// - Throws: the first reason why one of them cannot be loaded.
  func preload() async throws {
    // What is named on the command line and not found is a mistake of the command line.
    for entry in options.entries {
      if case .local(let settings) = entry.source { _ = try await opener.resolve(settings.reference) }
    }
    await workers?.check()
    if let failure = await pool.preload().first { throw failure.value }
  }

  /// Serves while the servers behind this one are looked after, and closes connections to others in the end.
  func whileServing(_ serve: @escaping @Sendable () async throws -> Void) async throws {
    let health = workers.map { workers in Task { await workers.run() } }
    let outcome: Result<Void, any Error>
    do { outcome = .success(try await serve()) } catch { outcome = .failure(error) }
    health?.cancel()
    await health?.value
    try? await client.shutdown()
    try outcome.get()
  }

  /// Reads the file again; what is wrong with it is logged, and nothing is changed then.
  func reload() async {
    do {
      let configuration = try options.configuration()
      try await pool.configure(
        ServedModels.entries(options, requests, configuration), limits: ServedModels.limits(options, configuration),
        created: ServedModels.now)
      for (name, error) in await pool.preload() {
        logger.error("model not loaded", metadata: ["model": "\(name)", "reason": "\(error)"])
      }
      let count = await pool.listings.count
      logger.notice("configuration read again", metadata: ["models": "\(count)"])
    } catch {
      logger.error("configuration not read", metadata: ["reason": "\(error)"])
    }
  }

  private static var now: Int { Int(Date().timeIntervalSince1970) }

  /// The command line's models and those of the file; the default one when there are none at all.
  private static func entries(
    _ options: ServedModelOptions, _ requests: ServedRequestOptions, _ configuration: ServerConfiguration
  ) -> [ModelEntry] {
    let named = options.entries(
      cacheFormat: requests.cacheFormat.format, speculation: requests.speculation)
    let known = Set(named.map(\.name))
    let all = named + configuration.models.filter { !known.contains($0.name) }
    // A file without models means none.
    guard all.isEmpty, options.config == nil else { return all }
    let name = ModelRegistry.defaultName
    let settings = LocalModelSettings(
      reference: name, cacheFormat: requests.cacheFormat.format, speculation: requests.speculation,
      adapters: options.adapters)
    return [ModelEntry(name: name, source: .local(settings), residence: .preloaded)]
  }

  private static func limits(
    _ options: ServedModelOptions, _ configuration: ServerConfiguration
  ) -> ModelPoolLimits {
    var limits = ModelPoolLimits()
    limits.memory = options.memoryLimit?.bytes ?? configuration.server.memoryLimit
    if let patience = configuration.server.roomPatience { limits.roomPatience = patience }
    return limits
  }
}
