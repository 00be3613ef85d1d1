/// Where routes get their models from: a pool that loads and unloads, or a fixed list in a test.
public protocol ModelProvider: Sendable {
  /// All models, loaded or not, in the order they were given.
  var listings: [ModelListing] { get async }

  /// A model to use, loaded if need be, by its name or an alias; nil asks for the first that has the ability.
  ///
  /// It stays loaded as long as the lease is kept.
  /// - Throws: `notFound` (`model_not_found`) for a name that nobody gave, `invalidRequest` for a model without the
  ///   ability, `unavailable` when it cannot be loaded now.
  func lease(_ name: String?, for ability: ModelListing.Ability) async throws(ServerError) -> ModelLease
}
