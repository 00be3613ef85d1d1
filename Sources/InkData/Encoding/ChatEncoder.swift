public import InkTokenizers

/// Turns conversations into tokens with the weights of a loss mask.
///
/// ```swift
/// let encoder = ChatEncoder(tokenizer: tokenizer, template: template, mask: .assistantTurns, now: now)
/// let sample = try encoder.tokens(of: conversation, origin: origin)
/// ```
public struct ChatEncoder: Sendable {
  /// The model's tokenizer.
  public let tokenizer: Tokenizer
  /// The model's chat template.
  public let template: ConversationTemplate
  /// What is learned.
  public let mask: LossMask
  /// What templates that print the date print.
  public let now: CivilTime
  /// What becomes of tools that the template does not print.
  public let unprintedTools: UnprintedTools
  /// More variables for the template, such as `enable_thinking`.
  public let variables: TemplateMap
  private let stops: Set<TokenID>

  /// An encoder for a model's tokenizer and template.
  public init(
    tokenizer: Tokenizer, template: ConversationTemplate, mask: LossMask = .assistantTurns, now: CivilTime,
    unprintedTools: UnprintedTools = .refuse, variables: TemplateMap = TemplateMap()
  ) {
    self.tokenizer = tokenizer
    self.template = template
    self.mask = mask
    self.now = now
    self.unprintedTools = unprintedTools
    self.variables = variables
    stops = tokenizer.endOfGeneration.union(template.stopTokens.compactMap { tokenizer.id(ofPiece: $0) })
  }

  /// The tokens of a conversation and how much each counts.
  ///
  /// What the assistant says counts, with the token that ends its turn: a model that never learns that token never stops.
  /// A token that reaches over the edge of what is said counts, because the model has to produce it whole.
  ///
  /// - Throws: `DataError` for a conversation that the template refuses, or whose tools it does not print.
  public func tokens(of conversation: Conversation, origin: RecordOrigin) throws(DataError) -> WeightedTokens {
    switch unprintedTools {
    case .refuse: try requirePrinted(conversation, origin: origin)
    case .drop: break
    }
    let finder = AssistantSpanFinder(
      conversation: conversation, mask: mask, origin: origin
    ) { (messages, ending) throws(TemplateError) in
      try template.render(request(messages, conversation.tools, ending), now: now)
    }
    let options = EncodingOptions(specialTokens: template.specialTokens, parsing: .parse)
    switch mask {
    case .everything:
      let text = try finder.text()
      return WeightedTokens(tokens: tokenizer.encoding(of: text, options: options).ids, weight: 1)
    case .assistantTurns, .lastTurn:
      let (text, spans) = try finder.spans()
      let encoding = tokenizer.encoding(of: text, options: options)
      var result = WeightedTokens(tokens: encoding.ids, weight: 0)
      for span in spans { mark(span, encoding, &result.weights) }
      return result
    }
  }

  /// The whole conversation as the template prints it.
  func rendered(_ conversation: Conversation) throws(TemplateError) -> String {
    try template.render(request(conversation.messages, conversation.tools, .complete), now: now).text
  }

  private func request(
    _ messages: [ConversationMessage], _ tools: TemplateValue, _ ending: PromptEnding
  ) -> TemplateRequest {
    let roles = tokenizer.roles
    return TemplateRequest(
      messages: .list(messages.map(\.value)), tools: tools, ending: ending,
      bosToken: roles.beginningOfSequence.flatMap { tokenizer.piece($0) } ?? "",
      eosToken: roles.endOfSequence.flatMap { tokenizer.piece($0) } ?? "", variables: variables)
  }

  private func mark(_ span: AssistantSpan, _ encoding: Encoding, _ weights: inout [Float]) {
    let ids = encoding.ids
    let offsets = encoding.offsets
    let limit: Int =
      switch span.end {
      case .said(let end), .turn(let end), .firstStop(let end): end
      }
    let inside = ids.indices.filter { index in
      let range = offsets[index]
      // Where offsets are trimmed, a token of white space lies at its own end, without characters.
      if range.isEmpty { return range.lowerBound > span.start && range.lowerBound <= limit }
      return range.upperBound > span.start && range.lowerBound < limit
    }
    guard let first = inside.first, var last = inside.last else { return }
    switch span.end {
    case .said: if last + 1 < ids.count, stops.contains(ids[last + 1]) { last += 1 }
    case .turn: last = inside.last { stops.contains(ids[$0]) } ?? last
    case .firstStop: last = inside.first { stops.contains(ids[$0]) } ?? last
    }
    for index in first...last { weights[index] = span.weight }
  }
}
