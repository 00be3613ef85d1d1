import InkChat

/// A request for chat completions, read and checked.
struct ChatRequest: Sendable {
  /// The model's name; nil asks for any.
  var model: String?
  var messages: [Message]
  var options: GenerationOptions
  /// How many answers are wanted.
  var choices: Int
  var delivery: AnswerDelivery
  /// The documents that the answer rests on; nil for none.
  var grounding: ChatGrounding?
  /// The search over beams that is asked for, if any is.
  var beams: BeamOptions?
  /// The names of the fields that the request has.
  private let given: Set<String>
  /// Fields that have no effect.
  var warnings: [String]

  init(_ fields: RequestFields, _ context: ServerContext, _ services: ServerServices) throws(ServerError) {
    var fields = fields
    given = Set(fields.names)
    let limits = services.settings.limits
    model = try fields.string("model")
    messages = try fields.messages()
    let user = try fields.string("user")
    var options = GenerationOptions(sampling: try fields.sampling())
    let atMost = try fields.integer("max_tokens", in: 1...Int(Int32.max))
    options.maximumTokens = try fields.integer("max_completion_tokens", in: 1...Int(Int32.max)) ?? atMost
    options.stopStrings = try fields.stopStrings()
    options.form = try fields.answerForm()
    try fields.tools(into: &options)
    try fields.template(into: &options)
    options.urgency = try fields.urgency(client: context.identity.name.isEmpty ? user ?? "" : context.identity.name)
    options.tokenDetail = try Self.tokenDetail(&fields)
    choices = try fields.choiceCount("n", limits) ?? 1
    delivery = try fields.delivery()
    grounding = try ChatGrounding(&fields)
    beams = try fields.beamSearch(
      choices: choices, candidates: nil, maximumTokens: options.maximumTokens, limits)
    var idle: [String] = []
    if beams != nil {
      if messages.neededAbility != .chat {
        throw fields.unsupported("messages", "a search over beams reads text alone.")
      }
      idle = try fields.beamWarnings(options, delivery)
    }
    self.options = options
    if let modalities = try fields.strings("modalities"), modalities != ["text"] {
      throw fields.unsupported("modalities", "answers are text.")
    }
    let stores = try fields.boolean("store") == true
    fields.ignoreHints()
    warnings = try fields.finish(services.settings.unknownFields)
    // Known, and said not to be done: answers of this route are not kept.
    if stores { warnings.append("store") }
    warnings += idle
  }

  private static func tokenDetail(_ fields: inout RequestFields) throws(ServerError) -> GenerationOptions.TokenDetail {
    let isWanted = try fields.boolean("logprobs") ?? false
    let alternatives = try fields.integer("top_logprobs", in: 0...20)
    guard isWanted else {
      guard alternatives ?? 0 == 0 else { throw fields.invalid("logprobs", "true where \"top_logprobs\" is given") }
      return .none
    }
    return .logProbabilities(alternatives: alternatives ?? 0)
  }

  /// The request with the model's own defaults where it says nothing.
  func filled(by defaults: RequestDefaults) -> ChatRequest {
    var filled = self
    defaults.fillSampling(&filled.options, given: given)
    defaults.fillConversation(&filled.messages, &filled.options)
    return filled
  }

  /// What the model must be able to do.
  var ability: ModelListing.Ability { messages.neededAbility }
}
