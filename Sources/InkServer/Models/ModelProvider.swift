/// Where routes get their models from: a pool that loads and unloads, or a fixed list in a test.
public protocol ModelProvider: Sendable {
  /// All models, loaded or not, in the order they were given.
  var listings: [ModelListing] { get async }

  /// A model to use, loaded if need be, by its name or an alias; nil asks for the first that has the ability.
  ///
  /// It stays loaded as long as the lease is kept.
  /// - Throws: `notFound` for a name that nobody gave (`model_not_found`) and for a model without the ability
  ///   (`unsupported_model`), `unavailable` when it cannot be loaded now.
  func lease(_ name: String?, for ability: ModelListing.Ability) async throws(ServerError) -> ModelLease

  /// The models that are loaded now, to look at and not to use: looking loads none and keeps none from being put away
  /// sooner.
  var loaded: [ModelLease] { get async }
}

extension ModelProvider {
  /// The models whose listings say that they are loaded. A provider that puts models away knows better.
  public var loaded: [ModelLease] {
    get async {
      var leases: [ModelLease] = []
      for listing in await listings where listing.state == .loaded {
        guard let ability = listing.abilities.first, let lease = try? await lease(listing.id, for: ability) else {
          continue
        }
        leases.append(lease)
      }
      return leases
    }
  }
}
