internal import InkTokenizers

/// A part of a rendered conversation that the assistant says.
struct AssistantSpan: Sendable, Hashable {
  /// Where the part ends.
  enum End: Sendable, Hashable {
    /// At a character, behind what is said; the token that ends the turn may come next.
    case said(Int)
    /// At a character, behind all that the template prints of the turn; what follows its ending token is not learned.
    case turn(Int)
    /// At the first token that ends an answer, at or before a character.
    case firstStop(before: Int)
  }

  /// The first character, counted in Unicode code points.
  let start: Int
  let end: End
  /// How much its loss counts.
  let weight: Float
}

/// Finds what the assistant says in a rendered conversation.
///
/// A template with `{% generation %}` blocks says it itself. For others the beginning of the conversation is rendered up
/// to each turn: what a template prints before the assistant speaks is the prompt of that turn, what it prints more when
/// the turn is there is the turn.
struct AssistantSpanFinder {
  let conversation: Conversation
  let mask: LossMask
  let origin: RecordOrigin
  /// Renders messages with an ending.
  let render: ([ConversationMessage], PromptEnding) throws(TemplateError) -> RenderedTemplate

  /// The whole text.
  func text() throws(DataError) -> String { try rendered(conversation.messages, .complete).text }

  /// The whole text and its learned parts, in their order.
  func spans() throws(DataError) -> (text: String, spans: [AssistantSpan]) {
    let whole = try rendered(conversation.messages, .complete)
    let weights = turnWeights()
    if weights.allSatisfy({ $0.weight == 0 }) { return (whole.text, []) }
    let ranges = whole.assistantRanges.filter { !$0.isEmpty }
    if !ranges.isEmpty { return (whole.text, try marked(ranges, weights, whole.text)) }
    var spans: [AssistantSpan] = []
    for turn in weights where turn.weight > 0 {
      spans.append(try span(ofMessage: turn.message, weight: turn.weight, in: whole.text))
    }
    return (whole.text, spans)
  }

  /// The assistant's messages and how much each counts.
  private func turnWeights() -> [(message: Int, weight: Float)] {
    let turns = conversation.messages.indices.filter { conversation.messages[$0].role == .assistant }
    return turns.map { index in
      let isLearned = mask != .lastTurn || index == turns.last
      return (index, isLearned ? Float(conversation.messages[index].weight) : 0)
    }
  }

  /// The template's own blocks with the weights of the messages they belong to.
  private func marked(
    _ ranges: [Range<Int>], _ weights: [(message: Int, weight: Float)], _ text: String
  ) throws(DataError) -> [AssistantSpan] {
    let isUniform = weights.allSatisfy { $0.weight == weights[0].weight }
    var starts: [Int] = []
    if !isUniform, ranges.count != weights.count {
      for turn in weights { starts.append(try start(ofMessage: turn.message, in: text)) }
    }
    var spans: [AssistantSpan] = []
    for (index, range) in ranges.enumerated() {
      var turn = index
      if isUniform { turn = 0 } else if !starts.isEmpty { turn = starts.lastIndex { $0 <= range.lowerBound } ?? 0 }
      let weight = weights[turn].weight
      if weight > 0 {
        spans.append(AssistantSpan(start: range.lowerBound, end: .said(range.upperBound), weight: weight))
      }
    }
    return spans
  }

  private func span(ofMessage index: Int, weight: Float, in text: String) throws(DataError) -> AssistantSpan {
    let start = try start(ofMessage: index, in: text)
    let through = try rendered(Array(conversation.messages[...index]), .complete).text
    let end: AssistantSpan.End
    if text.utf8.starts(with: through.utf8) {
      end = .turn(through.unicodeScalars.count)
    } else {
      // Templates that print older turns in another way, such as without their thoughts, end them by a token all the same.
      let next = conversation.messages[(index + 1)...].firstIndex { $0.role == .assistant }
      let limit = try next.map { next throws(DataError) in try self.start(ofMessage: next, in: text) }
      end = .firstStop(before: limit ?? text.unicodeScalars.count)
    }
    return AssistantSpan(start: start, end: end, weight: weight)
  }

  /// The character where the assistant begins to speak.
  private func start(ofMessage index: Int, in text: String) throws(DataError) -> Int {
    let before = Array(conversation.messages[..<index])
    let prompt = try rendered(before, .assistantTurn).text
    if text.utf8.starts(with: prompt.utf8) { return prompt.unicodeScalars.count }
    // Some templates open more for an answer (a thought, say) than they print of one that was given. What is common to
    // the prompt, the text, and the text with something else said in this turn, is what comes before the turn.
    var other = conversation.messages
    other[index].value = ["role": "assistant", "content": "\u{F0B17}"]
    let changed = try rendered(other, .complete).text
    let common = Self.commonPrefix(Self.commonPrefix(Array(text.unicodeScalars), prompt), changed)
    let least = before.isEmpty ? 0 : try rendered(before, .complete).text.unicodeScalars.count
    guard common.count >= least else {
      throw DataError(
        .unsupported, context: "\(origin), message \(index)",
        expected: "a chat template that prints a conversation's beginning as it prints the beginning alone",
        found: "one that changes earlier turns", hint: "Use a template with {% generation %} blocks.")
    }
    return common.count
  }

  private static func commonPrefix(_ text: [Unicode.Scalar], _ other: String) -> [Unicode.Scalar] {
    Array(zip(text, other.unicodeScalars).prefix { $0 == $1 }.map(\.0))
  }

  private func rendered(
    _ messages: [ConversationMessage], _ ending: PromptEnding
  ) throws(DataError) -> RenderedTemplate {
    do {
      return try render(messages, ending)
    } catch {
      throw DataError(
        .invalidRecord, context: "\(origin)", expected: "a conversation that the chat template can print",
        found: error.description)
    }
  }
}
