extension ServerError {
  /// Nobody gave a model of that name.
  package static func unknownModel(_ name: String?, known: [String]) -> ServerError {
    let list = known.isEmpty ? "There are none." : "There are: \(known.joined(separator: ", "))."
    let message = name.map { "No model is called \"\($0)\". " } ?? "No model can do this. "
    return ServerError(.notFound, message + list, param: "model", code: "model_not_found")
  }

  /// The model is asked over the network, where nobody searches over beams.
  static func withoutBeams(_ listing: ModelListing) -> ServerError {
    ServerError(
      .invalidRequest, "\"\(listing.id)\" does not search over beams: only models of this server do.",
      param: "use_beam_search", code: "unsupported_value")
  }

  /// The model cannot do what the route asks of it: 404, as OpenAI answers for a model of another kind.
  package static func missing(_ ability: ModelListing.Ability, in listing: ModelListing) -> ServerError {
    let abilities = listing.abilities.map(\.rawValue).sorted().joined(separator: ", ")
    return ServerError(
      .notFound, "\"\(listing.id)\" cannot do this (\(ability.rawValue)). What it can do: \(abilities).",
      param: "model", code: "unsupported_model")
  }

  /// The model has no head that scores documents, but adapters bring theirs.
  package static func headless(_ listing: ModelListing, adapters: [String]) -> ServerError {
    ServerError(
      .notFound,
      "\"\(listing.id)\" has no head of its own that scores documents. Name an adapter that brings one as the model: "
        + "\(adapters.joined(separator: ", ")).",
      param: "model", code: "unsupported_model")
  }
}
