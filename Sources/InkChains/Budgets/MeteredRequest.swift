import InkChat

/// A request to a model that is counted against a budget while it is answered.
struct MeteredRequest {
  /// The answer as far as it came.
  private(set) var answer = CollectedGeneration(
    text: "", reasoning: "", tokens: [], toolCalls: [],
    result: GenerationResult(finishReason: .cancelled, counts: TokenCounts(prompt: 0, completion: 0)))
  private let meter: BudgetMeter
  private let setAside: BudgetMeter.SetAside
  private let promptEstimate: () -> Int
  private var pieces = 0

  /// Sets aside what the prompt will take.
  ///
  /// - Parameter promptEstimate: the prompt's length by ``TextMeasure/estimate``, worked out only where it matters.
  /// - Throws: `budget` when too little is left.
  init(countedBy meter: BudgetMeter, promptEstimate: @escaping () -> Int) throws(ChainError) {
    try meter.check()
    self.meter = meter
    self.promptEstimate = promptEstimate
    setAside = try meter.setAside(prompt: promptEstimate)
  }

  /// The estimated length of a conversation with the tools that it may call.
  static func estimate(_ messages: [Message], _ options: GenerationOptions) -> Int {
    let tools = options.tools.reduce(0) {
      $0 + TextMeasure.estimate.tokens($1.name + $1.description + $1.parameters.text)
    }
    return messages.reduce(tools) { $0 + TextMeasure.estimate.tokens($1.content.text) }
  }

  /// Options that hold the answer to the tokens that are left.
  func held(_ options: GenerationOptions) -> GenerationOptions {
    var options = options
    // A request for no tokens at all would be an error of another kind.
    for left in [meter.tokensLeft, meter.affordableTokens].compactMap({ $0 }) {
      options.maximumTokens = min(options.maximumTokens ?? left, max(left, 1))
    }
    return options
  }

  /// Takes the next event of the answer.
  ///
  /// - Throws: `budget` when the answer goes over what is left.
  mutating func take(_ event: GenerationEvent) throws(ChainError) {
    let isFirst = answer.isEmpty
    switch event {
    case .text(let piece): answer.text += piece
    case .reasoning(let piece): answer.reasoning += piece
    case .toolCallFragment: break
    case .toolCall(let call):
      answer.toolCalls.append(call)
      return
    case .token(let token):
      answer.tokens.append(token)
      return
    case .finished(let result):
      answer.result = result
      return
    }
    // The last token can end two pieces, a whole one and what was held back; so there is a piece more than tokens.
    guard !isFirst else { return }
    pieces += 1
    try meter.countPiece()
  }

  /// Counts an answer that was broken off: what was written before was paid for too.
  func breakOff() {
    meter.settle(setAside, pieces: pieces)
    if !answer.isEmpty { meter.count(answer.estimatedCounts(prompt: promptEstimate())) }
  }

  /// Counts a whole answer; one of an endpoint that does not count its tokens by an estimate.
  func finish() {
    meter.settle(setAside, pieces: pieces)
    let told = answer.result.counts
    let isCounted = told.prompt > 0 || told.completion > 0
    meter.count(isCounted ? told : answer.estimatedCounts(prompt: promptEstimate()))
    meter.learn(setAside, prompt: told.prompt)
  }
}

extension CollectedGeneration {
  fileprivate var isEmpty: Bool { text.isEmpty && reasoning.isEmpty && toolCalls.isEmpty }

  /// The tokens that the answer took where nobody counted them, on the long side.
  fileprivate func estimatedCounts(prompt: Int) -> TokenCounts {
    let calls = toolCalls.reduce(0) { $0 + TextMeasure.estimate.tokens($1.name + $1.arguments.text) }
    return TokenCounts(
      prompt: prompt,
      completion: TextMeasure.estimate.tokens(text) + TextMeasure.estimate.tokens(reasoning) + calls)
  }
}
