/// A model that a pool may load: its names, where it comes from, and how long it stays.
public struct ModelEntry: Sendable, Hashable {
  /// What a model is asked for; what it can do beyond that is known once it is loaded.
  public enum Purpose: String, Sendable, Hashable, CaseIterable {
    /// Conversations, and raw text where the model's side can continue it.
    case chat
    /// Vectors of texts.
    case embedding
    /// Scores of documents.
    case rerank

    /// What may be asked of a model of this purpose before anybody has looked at it.
    var abilities: Set<ModelListing.Ability> {
      switch self {
      case .chat: [.chat, .completion]
      case .embedding: [.embedding]
      case .rerank: [.rerank]
      }
    }

    /// What a model of this purpose may turn out to be able to do.
    var possibleAbilities: Set<ModelListing.Ability> {
      switch self {
      case .chat: [.chat, .completion, .vision, .tools, .reasoning]
      case .embedding: [.embedding]
      case .rerank: [.rerank]
      }
    }
  }

  /// How long a loaded model stays.
  public enum Residence: Sendable, Hashable {
    /// Loaded at the start and never unloaded to make room.
    case pinned
    /// Loaded at the start; unloaded when others need the room.
    case preloaded
    /// Loaded on first use; unloaded when others need the room.
    case untilRoomIsNeeded
    /// Loaded on first use; unloaded when others need the room, or when nobody has used it for this long.
    case whileUsed(idleLimit: Duration)

    /// Whether it is loaded at the start.
    var isPreloaded: Bool {
      switch self {
      case .pinned, .preloaded: true
      case .untilRoomIsNeeded, .whileUsed: false
      }
    }
  }

  /// The name by which requests ask for it; unique in a pool.
  public var name: String
  /// Further names; unique in a pool.
  public var aliases: [String]
  /// What it is asked for; at least one.
  public var purposes: Set<Purpose>
  /// Where it comes from.
  public var source: ModelSource
  /// How long it stays.
  public var residence: Residence
  /// What a request that says nothing gets.
  public var defaults: RequestDefaults

  /// An entry with every field given.
  public init(
    name: String, aliases: [String] = [], purposes: Set<Purpose> = [.chat], source: ModelSource,
    residence: Residence = .untilRoomIsNeeded, defaults: RequestDefaults = RequestDefaults()
  ) {
    self.name = name
    self.aliases = aliases
    self.purposes = purposes
    self.source = source
    self.residence = residence
    self.defaults = defaults
  }

  /// Adapters beside the model.
  var adapters: [AdapterSource] {
    switch source {
    case .local(let settings): settings.adapters
    case .remote: []
    }
  }

  /// All names that lead to it.
  var allNames: [String] { [name] + aliases + adapters.map(\.name) }

  var expectedAbilities: Set<ModelListing.Ability> {
    purposes.reduce(into: []) { $0.formUnion($1.abilities) }
  }

  var possibleAbilities: Set<ModelListing.Ability> {
    purposes.reduce(into: []) { $0.formUnion($1.possibleAbilities) }
  }

  /// Whether a model that was loaded for this entry can serve the other one as it is.
  func isLoadedLike(_ other: ModelEntry) -> Bool {
    source == other.source && purposes == other.purposes
  }

  /// Whether the two load the same model, with other adapters.
  func differsInAdapters(from other: ModelEntry) -> Bool {
    switch (source, other.source) {
    case (.local(var settings), .local(let others)):
      guard settings.adapters != others.adapters else { return false }
      settings.adapters = others.adapters
      return settings == others && purposes == other.purposes
    case (.local, .remote), (.remote, .local), (.remote, .remote): return false
    }
  }
}
