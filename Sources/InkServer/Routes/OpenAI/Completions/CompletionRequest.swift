import InkChat

/// A request for text completions, read and checked.
struct CompletionRequest: Sendable {
  /// What stands before an answer in the text that is returned.
  enum Echo: Sendable, Hashable {
    case none
    case prompt
  }

  var model: String?
  var prompts: [TextPrompt]
  var options: GenerationOptions
  /// Answers to return for each prompt.
  var choices: Int
  /// Answers to compute for each prompt, of which the most probable are returned.
  var candidates: Int
  var echo: Echo
  /// How many alternatives to tell for each token; nil tells no probabilities.
  var alternatives: Int?
  var delivery: AnswerDelivery
  /// The search over beams that is asked for, if any is.
  var beams: BeamOptions?
  /// The names of the fields that the request has.
  private let given: Set<String>
  var warnings: [String]

  init(_ fields: RequestFields, _ context: ServerContext, _ services: ServerServices) throws(ServerError) {
    var fields = fields
    given = Set(fields.names)
    let limits = services.settings.limits
    model = try fields.string("model")
    let user = try fields.string("user")
    prompts = try fields.prompts(atMost: limits.choices)
    var options = GenerationOptions(sampling: try fields.sampling())
    options.reasoning = .inText
    options.maximumTokens = try fields.integer("max_tokens", in: 0...Int(Int32.max)) ?? 16
    options.stopStrings = try fields.stopStrings()
    options.form = try fields.answerForm()
    options.urgency = try fields.urgency(client: context.identity.name.isEmpty ? user ?? "" : context.identity.name)
    echo = try fields.boolean("echo") == true ? .prompt : .none
    alternatives = try fields.integer("logprobs", in: 0...20)
    choices = try fields.choiceCount("n", limits) ?? 1
    let bestOf = try fields.choiceCount("best_of", limits)
    beams = try fields.beamSearch(
      choices: choices, candidates: bestOf, maximumTokens: options.maximumTokens, limits)
    // Of a search over beams, the best answers come first anyway.
    candidates = beams == nil ? bestOf ?? choices : choices
    delivery = try fields.delivery()
    guard candidates >= choices else { throw fields.invalid("best_of", "at least \"n\"") }
    guard prompts.count * candidates <= limits.choices else {
      throw fields.invalid("n", "so small that all prompts together have at most \(limits.choices) answers")
    }
    if candidates > choices, delivery != .whole {
      throw fields.invalid("best_of", "\"n\" where \"stream\" is true: the best answer is known only at the end")
    }
    if let suffix = try fields.string("suffix"), !suffix.isEmpty {
      throw fields.unsupported("suffix", "models here continue a text, they do not fill one in.")
    }
    fields.ignoreHints()
    if let alternatives {
      options.tokenDetail = .logProbabilities(alternatives: alternatives)
    } else if candidates > choices {
      options.tokenDetail = .logProbabilities(alternatives: 0)
    }
    var idle: [String] = []
    if beams != nil {
      if echo != .none { throw fields.unsupported("echo", "a search over beams tells its answers alone.") }
      idle = try fields.beamWarnings(options, delivery)
    }
    self.options = options
    warnings = try fields.finish(services.settings.unknownFields) + idle
  }

  /// The request with the model's own defaults where it says nothing.
  func filled(by defaults: RequestDefaults) -> CompletionRequest {
    var filled = self
    defaults.fillSampling(&filled.options, given: given)
    return filled
  }
}

extension RequestFields {
  /// `prompt`: a text, some texts, token ids or some lists of them.
  fileprivate mutating func prompts(atMost limit: Int) throws(ServerError) -> [TextPrompt] {
    let expectation = "a string, an array of strings, an array of token ids or an array of such arrays"
    guard let value = value("prompt") else { throw missing("prompt") }
    switch value {
    case .string(let text): return [.text(text)]
    case .array(let elements):
      switch elements.first {
      case nil: throw invalid("prompt", "not empty")
      case .integer?: return [.tokens(try tokens(elements, "prompt"))]
      case .string?, .array?:
        guard elements.count <= limit else { throw invalid("prompt", "at most \(limit) prompts") }
        var prompts: [TextPrompt] = []
        for element in elements {
          switch element {
          case .string(let text): prompts.append(.text(text))
          case .array(let ids): prompts.append(.tokens(try tokens(ids, "prompt")))
          case .null, .boolean, .integer, .number, .object: throw invalid("prompt", expectation, found: element)
          }
        }
        return prompts
      case .null?, .boolean?, .number?, .object?: throw invalid("prompt", expectation, found: elements.first)
      }
    case .null, .boolean, .integer, .number, .object: throw invalid("prompt", expectation, found: value)
    }
  }

  /// Token ids from an array.
  func tokens(_ elements: [JSONValue], _ name: String) throws(ServerError) -> [Int32] {
    guard !elements.isEmpty else { throw invalid(name, "at least one token id") }
    var tokens: [Int32] = []
    tokens.reserveCapacity(elements.count)
    for element in elements {
      guard case .integer(let whole) = element, let token = Int32(exactly: whole), token >= 0 else {
        throw invalid(name, "made of token ids", found: element)
      }
      tokens.append(token)
    }
    return tokens
  }
}
