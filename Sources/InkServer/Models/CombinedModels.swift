/// The models of several providers in one list; where two have the same name, the first provider's is used.
public struct CombinedModels: ModelProvider {
  private let providers: [any ModelProvider]

  /// A provider of what these have.
  public init(_ providers: [any ModelProvider]) {
    self.providers = providers
  }

  /// The models of all providers, in order, each name once.
  public var listings: [ModelListing] {
    get async {
      var taken: Set<String> = []
      var listings: [ModelListing] = []
      for provider in providers {
        for listing in await provider.listings where taken.insert(listing.id).inserted { listings.append(listing) }
      }
      return listings
    }
  }

  /// The model of that name from the first provider that has it; nil asks for the first that has the ability.
  ///
  /// - Throws: as the providers.
  public func lease(_ name: String?, for ability: ModelListing.Ability) async throws(ServerError) -> ModelLease {
    var known: [String] = []
    for provider in providers {
      let listings = await provider.listings
      known += listings.map(\.id)
      guard let name else {
        guard listings.contains(where: { $0.abilities.contains(ability) }) else { continue }
        return try await provider.lease(nil, for: ability)
      }
      guard listings.contains(where: { $0.id == name || $0.aliases.contains(name) }) else { continue }
      return try await provider.lease(name, for: ability)
    }
    throw .unknownModel(name, known: known)
  }
}
