import InkChat

/// What an endpoint tells of one of its models in `/v1/models`.
public struct EndpointModel: Sendable, Hashable {
  /// Its name.
  public var name: String
  /// Further names.
  public var aliases: [String]
  /// The name of the model that this is an adapter of; nil for a model.
  public var parent: String?
  /// Who made it available.
  public var owner: String
  /// Seconds since 1970; 0 where nothing is told.
  public var created: Int
  /// What it can do, in the words of `inkstone serve`; nil where nothing is told.
  public var abilities: Set<String>?
  /// Whether it is loaded, in the words of `inkstone serve`; nil where nothing is told.
  public var state: String?
  /// Tokens of prompt and answer together; nil where nothing is told.
  public var contextLength: Int?

  /// A model with every field given.
  public init(
    name: String, aliases: [String] = [], parent: String? = nil, owner: String = "", created: Int = 0,
    abilities: Set<String>? = nil, state: String? = nil, contextLength: Int? = nil
  ) {
    self.name = name
    self.aliases = aliases
    self.parent = parent
    self.owner = owner
    self.created = created
    self.abilities = abilities
    self.state = state
    self.contextLength = contextLength
  }

  init?(_ entry: JSONValue) {
    guard let name = entry["id"]?.filledText else { return nil }
    let meta = entry["meta"] ?? .null
    self.init(
      name: name, aliases: meta["aliases"]?.texts ?? [], parent: entry["parent"]?.filledText,
      owner: entry["owned_by"]?.filledText ?? "",
      created: entry["created"]?.count ?? 0, abilities: meta["abilities"]?.texts.map(Set.init),
      state: meta["status"]?.filledText,
      // Ours, vLLM's, llama.cpp's.
      contextLength: meta["context_length"]?.count ?? entry["max_model_len"]?.count ?? meta["n_ctx"]?.count
        ?? meta["n_ctx_train"]?.count)
  }
}

extension JSONValue {
  fileprivate var texts: [String]? {
    guard case .array(let elements) = self else { return nil }
    return elements.compactMap(\.filledText)
  }
}
