/// Models that are there from the start and stay.
public struct FixedModels: ModelProvider {
  private let entries: [(listing: ModelListing, model: ServedModel)]

  /// A provider of these models.
  public init(_ entries: [(listing: ModelListing, model: ServedModel)]) {
    self.entries = entries
  }

  /// What was given.
  public var listings: [ModelListing] { get async { entries.map(\.listing) } }

  /// The model of that name.
  public func lease(_ name: String?, for ability: ModelListing.Ability) async throws(ServerError) -> ModelLease {
    let entry =
      if let name {
        entries.first { $0.listing.id == name || $0.listing.aliases.contains(name) }
      } else {
        entries.first { $0.listing.abilities.contains(ability) }
      }
    guard let entry else { throw .unknownModel(name, known: entries.map(\.listing.id)) }
    guard entry.listing.abilities.contains(ability) else { throw .missing(ability, in: entry.listing) }
    return ModelLease(listing: entry.listing, model: entry.model)
  }
}
