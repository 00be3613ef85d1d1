/// What a list of models says of one, whether it is loaded or not.
public struct ModelListing: Sendable, Hashable {
  /// Whether the model can answer at once.
  public enum State: String, Sendable, Hashable {
    case unloaded, loading, loaded, failed
  }

  /// What a model can do.
  public enum Ability: String, Sendable, Hashable, CaseIterable {
    case chat, completion, vision, tools, reasoning, embedding, rerank
  }

  /// The name by which requests ask for it.
  public var id: String
  /// Further names.
  public var aliases: [String]
  /// The name of the model that this is an adapter of; nil for a model.
  public var parent: String?
  /// Seconds since 1970.
  public var created: Int
  /// Who made it available: `inkstone` for a local model, the endpoint's host for a remote one.
  public var owner: String
  /// Whether it can answer at once.
  public var state: State
  /// What it can do; empty while nobody knows yet.
  public var abilities: Set<Ability>
  /// Tokens of prompt and answer together; nil while nobody knows.
  public var contextLength: Int?
  /// Further facts for people, such as architecture, parameters and quantization, in order.
  public var facts: [Fact]

  /// A name and its value.
  public struct Fact: Sendable, Hashable {
    /// What is told, such as `architecture`.
    public var name: String
    /// What it is.
    public var value: String

    /// A fact.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// A listing with every field given.
  public init(
    id: String, aliases: [String] = [], parent: String? = nil, created: Int, owner: String = "inkstone",
    state: State = .unloaded,
    abilities: Set<Ability> = [], contextLength: Int? = nil, facts: [Fact] = []
  ) {
    self.id = id
    self.aliases = aliases
    self.parent = parent
    self.created = created
    self.owner = owner
    self.state = state
    self.abilities = abilities
    self.contextLength = contextLength
    self.facts = facts
  }
}
