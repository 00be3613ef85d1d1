public import InkRemote

/// How a model is asked over the network.
public struct RemoteModelSettings: Sendable, Hashable {
  /// Address of the endpoint, to which paths such as `/chat/completions` are appended: `https://api.openai.com/v1`.
  public var address: String
  /// The model's name at the endpoint.
  public var model: String
  /// Name of the environment variable that holds the key; nil sends none.
  public var keyVariable: String?
  /// Which program answers.
  public var dialect: EndpointDialect
  /// How long it may take.
  public var timeouts: EndpointTimeouts
  /// How often a request that was not begun is sent again.
  public var retries: RetryBudget
  /// What a chat model there can do besides chat; nil leaves it to the endpoint to refuse.
  public var abilities: Set<ModelListing.Ability>?
  /// Tokens of prompt and answer together; nil asks the endpoint.
  public var contextLength: Int?
  /// Elements of the vectors of an embedding model; nil asks the endpoint with a first text.
  public var dimension: Int?

  /// Settings with every field given.
  public init(
    address: String, model: String, keyVariable: String? = nil, dialect: EndpointDialect = .openAI,
    timeouts: EndpointTimeouts = EndpointTimeouts(), retries: RetryBudget = RetryBudget(),
    abilities: Set<ModelListing.Ability>? = nil, contextLength: Int? = nil, dimension: Int? = nil
  ) {
    self.address = address
    self.model = model
    self.keyVariable = keyVariable
    self.dialect = dialect
    self.timeouts = timeouts
    self.retries = retries
    self.abilities = abilities
    self.contextLength = contextLength
    self.dimension = dimension
  }
}
