public import AsyncHTTPClient
import InkChat
import InkRemote

/// Makes models of endpoints: nothing is loaded, but the endpoint is asked what there is to know.
public struct RemoteModelLoader: ModelLoader {
  private let client: HTTPClient
  private let keys: EndpointKeys
  private let clock: any Clock<Duration>

  /// A loader.
  ///
  /// - Parameters:
  ///   - client: best made with `HTTPClient.Configuration.remoteModels`; shut down by whoever made it.
  ///   - keys: the keys that entries name.
  ///   - clock: measures how long answers take.
  public init(client: HTTPClient, keys: EndpointKeys, clock: any Clock<Duration>) {
    self.client = client
    self.keys = keys
    self.clock = clock
  }

  /// Always 0: the model lives elsewhere.
  public func estimate(_ entry: ModelEntry) async throws(ServerError) -> Int { 0 }

  public func load(_ entry: ModelEntry) async throws(ServerError) -> LoadedModel {
    guard case .remote(let settings) = entry.source else {
      throw ServerError(.server, "\"\(entry.name)\" is no model of an endpoint.")
    }
    let endpoint = Endpoint(
      address: settings.address, key: try keys.key(in: settings.keyVariable), dialect: settings.dialect,
      timeouts: settings.timeouts)
    let transport = EndpointClient(endpoint, retries: settings.retries, client: client, clock: clock)
    do throws(GenerationError) {
      let told = try await told(of: settings.model, by: transport)
      var parts = RemoteModelParts(
        name: settings.model, transport: transport, clock: clock,
        contextLength: settings.contextLength ?? told?.contextLength, dimension: settings.dimension)
      for purpose in ModelEntry.Purpose.allCases where entry.purposes.contains(purpose) { try await parts.add(purpose) }
      var abilities = parts.abilities
      if entry.purposes.contains(.chat) {
        let known = settings.abilities ?? told?.serverAbilities ?? [.tools, .vision, .reasoning]
        abilities.formUnion(known.intersection(ModelEntry.Purpose.chat.possibleAbilities).subtracting([.completion]))
      }
      return LoadedModel(
        model: parts.model, abilities: abilities, contextLength: parts.contextLength,
        facts: [ModelListing.Fact("endpoint_model", settings.model)])
    } catch {
      throw ServerError(error)
    }
  }

  /// What the endpoint's list says of the model; nil where it says nothing. That a list cannot be had is no failure:
  /// some endpoints have none.
  private func told(
    of name: String, by transport: EndpointClient
  ) async throws(GenerationError) -> EndpointModel? {
    if case .openAI = transport.dialect { return nil }
    do throws(GenerationError) {
      return try await transport.models(clock: clock).first { $0.name == name || $0.aliases.contains(name) }
    } catch {
      guard error.isAboutEndpoint else { return nil }
      throw error
    }
  }
}

extension GenerationError {
  /// Whether the endpoint cannot be used at all now, so that there is no sense in asking it something else.
  var isAboutEndpoint: Bool {
    [.unavailable, .overloaded, .timedOut, .notAuthorized, .cancelled, .invalidOption].contains(code)
  }
}

extension EndpointModel {
  /// The abilities that an `inkstone serve` tells; nil where none are told.
  var serverAbilities: Set<ModelListing.Ability>? {
    abilities.map { Set($0.compactMap { ModelListing.Ability(rawValue: $0) }) }
  }
}
