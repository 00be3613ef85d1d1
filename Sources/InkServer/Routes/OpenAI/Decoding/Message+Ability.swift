import InkChat

extension [Message] {
  /// What a model must be able to do to answer them.
  var neededAbility: ModelListing.Ability {
    for message in self {
      guard case .parts(let parts) = message.content else { continue }
      for case .image in parts { return .vision }
    }
    return .chat
  }
}
