public import AsyncHTTPClient
import InkChat
public import InkRemote

/// The models of the servers behind a gateway.
///
/// Every request goes to the healthy server that has the model and the fewest requests; one that a server did not begin
/// with goes to another. A lease therefore stands for the model and not for a server.
///
/// ```swift
/// let workers = try WorkerModels(options, client: client, keys: keys, clock: ContinuousClock())
/// async let health: Void = workers.run()
/// let models = CombinedModels([pool, workers])
/// ```
public actor WorkerModels: ModelProvider {
  private let group: EndpointGroup
  private let clock: any Clock<Duration>
  /// Models that were put together, with what the servers told of them then.
  private var known: [String: (told: EndpointModel, parts: RemoteModelParts)] = [:]

  /// The models of the servers that options name.
  ///
  /// - Parameters:
  ///   - client: best made with `HTTPClient.Configuration.remoteModels`; shut down by whoever made it.
  ///   - clock: measures the time between two looks at the servers' health, and that of answers.
  /// - Throws: `server` when a key is missing.
  public init(
    _ options: GatewayOptions, client: HTTPClient, keys: EndpointKeys, clock: any Clock<Duration>
  ) throws(ServerError) {
    var members: [(address: String, key: EndpointKey?)] = []
    for worker in options.workers {
      members.append((worker.address + "/v1", try keys.key(in: worker.keyVariable)))
    }
    let rules = EndpointGroup.Rules(
      interval: options.healthInterval, failuresBeforeRemoval: options.failuresBeforeRemoval, attempts: options.attempts
    )
    group = EndpointGroup(
      members, dialect: options.dialect, timeouts: options.timeouts, rules: rules, client: client, clock: clock)
    self.clock = clock
  }

  /// Looks after the servers' health until the task is cancelled. Without it there are no models.
  public nonisolated func run() async { await group.run() }

  /// Looks at all servers once.
  public nonisolated func check() async { await group.check() }

  /// The servers and how they are.
  public nonisolated var workers: [EndpointGroup.Member] { group.members }

  /// The models of all healthy servers, each once.
  public var listings: [ModelListing] { group.models.map { Self.listing(of: $0) } }

  /// None: workers tell their metrics themselves.
  public var loaded: [ModelLease] { [] }

  /// The model of that name; nil asks for the first that has the ability.
  ///
  /// - Throws: `notFound` for an unknown name, `invalidRequest` for a missing ability, `unavailable` when the servers
  ///   cannot be asked.
  public func lease(_ name: String?, for ability: ModelListing.Ability) async throws(ServerError) -> ModelLease {
    let models = group.models
    let told = models.first { model in
      guard let name else { return Self.listing(of: model).abilities.contains(ability) }
      return model.name == name || model.aliases.contains(name)
    }
    guard let told else { throw .unknownModel(name, known: models.map(\.name)) }
    let listing = Self.listing(of: told)
    guard listing.abilities.contains(ability) else { throw .missing(ability, in: listing) }
    return ModelLease(listing: listing, model: try await model(told, for: ability))
  }

  private func model(
    _ told: EndpointModel, for ability: ModelListing.Ability
  ) async throws(ServerError) -> ServedModel {
    // Whether a server has it loaded changes nothing about how it is asked.
    var told = told
    told.state = nil
    if let known = known[told.name], known.told == told { return known.parts.model }
    var parts = RemoteModelParts(
      name: told.name, transport: group, clock: clock, contextLength: told.contextLength, dimension: nil)
    let abilities = Self.listing(of: told).abilities
    do throws(GenerationError) {
      if !abilities.isDisjoint(with: ModelEntry.Purpose.chat.abilities) { try await parts.add(.chat) }
      if abilities.contains(.embedding) { try await parts.add(.embedding) }
      if abilities.contains(.rerank) { try await parts.add(.rerank) }
    } catch {
      throw ServerError(error)
    }
    known[told.name] = (told, parts)
    return parts.model
  }

  private static func listing(of model: EndpointModel) -> ModelListing {
    ModelListing(
      id: model.name, aliases: model.aliases, parent: model.parent, created: model.created, owner: model.owner,
      state: model.state.flatMap { ModelListing.State(rawValue: $0) } ?? .loaded,
      abilities: model.serverAbilities ?? [.chat, .completion], contextLength: model.contextLength)
  }
}
