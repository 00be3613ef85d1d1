/// How to answer.
public struct GenerationOptions: Sendable, Hashable {
  /// What the stream tells about each token.
  public enum TokenDetail: Sendable, Hashable {
    /// No `token` events.
    case none
    /// A `token` event with the id alone.
    case identifiers
    /// A `token` event with the log-probability of the chosen token and of the `alternatives` most probable ones.
    case logProbabilities(alternatives: Int)
  }

  /// How tokens are chosen.
  public var sampling: SamplingParameters
  /// The most tokens to generate; nil means up to the context's end.
  public var maximumTokens: Int?
  /// Texts that end the answer and are not part of it.
  public var stopStrings: [String]
  /// What the stream tells about each token.
  public var tokenDetail: TokenDetail
  /// What the answer's text must look like.
  public var form: AnswerForm
  /// Tools that the model may call.
  public var tools: [ToolDefinition]
  /// Whether it calls any of them.
  public var toolChoice: ToolChoice
  /// How many it may call at once.
  public var toolCallCount: ToolCallCount
  /// What becomes of thoughts.
  public var reasoning: ReasoningOutput
  /// Documents that the model is given along with the conversation.
  public var documents: [PromptDocument]
  /// Where the answer begins.
  public var start: AnswerStart
  /// Extra variables for the chat template, such as `enable_thinking`.
  public var templateVariables: [JSONMember]
  /// The name of the adapter to answer with; nil answers with the model as it is.
  public var adapter: String?
  /// How the request stands among others.
  public var urgency: RequestUrgency

  /// Options with every field given; the defaults sample from the model's own distribution without a limit.
  public init(
    sampling: SamplingParameters = SamplingParameters(), maximumTokens: Int? = nil, stopStrings: [String] = [],
    tokenDetail: TokenDetail = .none, form: AnswerForm = .free, tools: [ToolDefinition] = [],
    toolChoice: ToolChoice = .automatic, toolCallCount: ToolCallCount = .any, reasoning: ReasoningOutput = .separate,
    documents: [PromptDocument] = [], start: AnswerStart = .newTurn, templateVariables: [JSONMember] = [],
    adapter: String? = nil, urgency: RequestUrgency = RequestUrgency()
  ) {
    self.sampling = sampling
    self.maximumTokens = maximumTokens
    self.stopStrings = stopStrings
    self.tokenDetail = tokenDetail
    self.form = form
    self.tools = tools
    self.toolChoice = toolChoice
    self.toolCallCount = toolCallCount
    self.reasoning = reasoning
    self.documents = documents
    self.start = start
    self.templateVariables = templateVariables
    self.adapter = adapter
    self.urgency = urgency
  }
}
