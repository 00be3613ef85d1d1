import InkFormats
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
  private let options: ServedModelOptions
  private let logger: Logger

  init(
    options: ServedModelOptions, requests: ServedRequestOptions, opener: ModelOpener, cpu: CPU,
    configuration: ServerConfiguration, environment: [String: String], logger: Logger
  ) throws {
    let loader = LocalModelLoader(
      cpu: cpu, engine: requests.engineSettings, resolve: { try await opener.resolve($0) },
      readText: { try InputFile.text($0) })
    let entries = ServedModels.entries(options, configuration)
    pool = try ModelPool(
      entries, loader: loader, limits: ServedModels.limits(options, configuration), created: ServedModels.now,
      clock: ContinuousClock())
    provider = pool
    firstName = entries.first?.name ?? ""
    self.options = options
    self.logger = logger
  }

  /// Loads the models that are to be there from the start.
  ///
  /// - Throws: the first reason why one of them cannot be loaded.
  func preload() async throws {
    if let failure = await pool.preload().first { throw failure.value }
  }

  /// Reads the file again; what is wrong with it is logged, and nothing is changed then.
  func reload() async {
    do {
      let configuration = try options.configuration()
      try await pool.configure(
        ServedModels.entries(options, configuration), limits: ServedModels.limits(options, configuration),
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
  private static func entries(_ options: ServedModelOptions, _ configuration: ServerConfiguration) -> [ModelEntry] {
    let named = options.entries
    let known = Set(named.map(\.name))
    let all = named + configuration.models.filter { !known.contains($0.name) }
    guard all.isEmpty, configuration.gateway == nil else { return all }
    let name = ModelRegistry.defaultName
    return [ModelEntry(name: name, source: .local(LocalModelSettings(reference: name)), residence: .pinned)]
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
