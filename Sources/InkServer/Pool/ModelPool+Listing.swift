extension ModelPool {
  /// All models, loaded or not, in the order of their entries. A model that could not be loaded names the reason in its
  /// fact `failure`.
  public var listings: [ModelListing] { order.compactMap { slots[$0].map(listing(of:)) } }

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
