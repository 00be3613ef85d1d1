/// What a loader made of an entry.
public struct LoadedModel: Sendable {
  /// The model, ready to answer.
  public var model: ServedModel
  /// The model with each of its adapters, by their names.
  public var adapted: [String: ServedModel]
  /// What it can do.
  public var abilities: Set<ModelListing.Ability>
  /// Tokens of prompt and answer together; nil when nobody knows.
  public var contextLength: Int?
  /// Further facts for people, in order.
  public var facts: [ModelListing.Fact]
  /// Who made it available; nil for this server itself.
  public var owner: String?
  /// Ends what the model keeps running. Its memory counts as taken until this returns.
  public var close: @Sendable () async -> Void
  /// Makes the model of an entry that differs in its adapters alone, with the weights that are there; nil when this
  /// model cannot say, or must be loaded again for it.
  public var adapting: Adapting?

  /// See ``adapting``; nil when the model must be loaded again.
  public typealias Adapting = @Sendable (_ entry: ModelEntry) async throws(ServerError) -> LoadedModel?

  /// A loaded model with every field given.
  public init(
    model: ServedModel, adapted: [String: ServedModel] = [:], abilities: Set<ModelListing.Ability>,
    contextLength: Int? = nil,
    facts: [ModelListing.Fact] = [], owner: String? = nil, close: @escaping @Sendable () async -> Void = {},
    adapting: Adapting? = nil
  ) {
    self.model = model
    self.adapted = adapted
    self.abilities = abilities
    self.contextLength = contextLength
    self.facts = facts
    self.owner = owner
    self.close = close
    self.adapting = adapting
  }
}
