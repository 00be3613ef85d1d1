extension ModelPool {
  /// All models, loaded or not, in the order of their entries, each with its adapters behind it. A model that could not be loaded names the reason in its
  /// fact `failure`.
  public var listings: [ModelListing] { order.compactMap { slots[$0] }.flatMap(listings(of:)) }

  /// The models that are loaded now, to look at: these leases keep none of them from being put away.
  public var loaded: [ModelLease] {
    order.compactMap { name in
      guard let slot = slots[name], case .loaded(let serial) = slot.state,
        case .resident(let loaded)? = instances[serial]?.phase
      else { return nil }
      return ModelLease(listing: listing(of: slot), model: loaded.model)
    }
  }

  /// The model and its adapters.
  private func listings(of slot: Slot) -> [ModelListing] {
    [listing(of: slot)] + slot.entry.adapters.map { listing(of: slot, adapter: $0.name) }
  }

  /// The names that requests may ask for, for messages.
  var knownNames: [String] { order.compactMap { slots[$0]?.entry }.flatMap { [$0.name] + $0.adapters.map(\.name) } }

  /// The model, or an adapter of it as a model of its own.
  func listing(of slot: Slot, adapter: String?) -> ModelListing {
    var listing = listing(of: slot)
    guard let adapter else { return listing }
    listing.id = adapter
    listing.aliases = []
    listing.parent = slot.entry.name
    return listing
  }

  func listing(of slot: Slot) -> ModelListing {
    let state: ModelListing.State
    var failure: [ModelListing.Fact] = []
    switch slot.state {
    case .unloaded: state = .unloaded
    case .loading: state = .loading
    case .loaded: state = .loaded
    case .failed(let error):
      state = .failed
      failure = [ModelListing.Fact("failure", error.message)]
    }
    return ModelListing(
      id: slot.entry.name, aliases: slot.entry.aliases, created: slot.created,
      owner: slot.learned?.owner ?? slot.entry.source.owner, state: state,
      abilities: slot.learned?.abilities ?? slot.entry.expectedAbilities, contextLength: slot.learned?.contextLength,
      facts: (slot.learned?.facts ?? []) + failure)
  }
}

extension ModelSource {
  /// Who makes the model available: this server, or the endpoint's host.
  var owner: String {
    switch self {
    case .local: return "inkstone"
    case .remote(let settings):
      let behindScheme = settings.address.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first
      return behindScheme.map { String($0.split(separator: "@").last ?? $0) } ?? settings.address
    }
  }
}
