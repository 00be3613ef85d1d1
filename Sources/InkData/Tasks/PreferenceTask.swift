/// Preferring one answer to another.
public struct PreferenceTask: TrainingTask {
  /// How plain texts become tokens.
  public let text: TextEncoder
  /// How conversations become tokens; nil where there is no chat template.
  public let chat: ChatEncoder?
  /// The most tokens of a prompt with an answer.
  public let contextLength: Int

  /// A task; longer samples are refused or skipped, since an answer cut short is another answer.
  public init(text: TextEncoder, chat: ChatEncoder? = nil, contextLength: Int) {
    self.text = text
    self.chat = chat
    self.contextLength = contextLength
  }

  /// One sample.
  public func samples(of example: Example, draw: ExampleDraw) throws(DataError) -> [PreferenceSample] {
    guard case .preference(let preference) = example else {
      throw draw.fault(.invalidRecord, expected: "a preference", found: example.kind)
    }
    var sides: (chosen: WeightedTokens, rejected: WeightedTokens)
    switch preference.sides {
    case .texts(let prompt, let chosen, let rejected):
      sides = (
        text.tokens(of: PromptCompletion(prompt: prompt, completion: chosen)),
        text.tokens(of: PromptCompletion(prompt: prompt, completion: rejected))
      )
      // Without a prompt of its own, what both begin with is the prompt.
      if prompt.isEmpty { Self.readCommonBeginning(&sides.chosen, &sides.rejected) }
    case .conversations(let chosen, let rejected):
      guard let chat else {
        throw draw.fault(
          .unsupported, expected: "texts, because there is no chat template", found: "conversations",
          hint: "Give a chat template.")
      }
      let common = zip(chosen.messages, rejected.messages).prefix { $0 == $1 }.count
      sides = (
        try chat.tokens(of: chosen.learning(from: common), origin: draw.origin),
        try chat.tokens(of: rejected.learning(from: common), origin: draw.origin)
      )
    }
    let sample = PreferenceSample(
      chosen: CausalSample(sides.chosen, origin: draw.origin),
      rejected: CausalSample(sides.rejected, origin: draw.origin))
    let longest = max(sample.chosen.tokenCount, sample.rejected.tokenCount)
    guard longest <= contextLength else {
      throw draw.fault(.tooLong, expected: "at most \(contextLength) tokens", found: "\(longest)")
    }
    guard sample.chosen.lossWeight > 0, sample.rejected.lossWeight > 0 else {
      throw draw.fault(.emptyMask, expected: "two answers that differ", found: "none or equal ones")
    }
    return [sample]
  }

  private static func readCommonBeginning(_ first: inout WeightedTokens, _ second: inout WeightedTokens) {
    let common = zip(first.tokens, second.tokens).prefix { $0 == $1 }.count
    for index in 0..<common {
      first.weights[index] = 0
      second.weights[index] = 0
    }
  }

  /// Samples one behind the other.
  public func batch(of samples: [PreferenceSample]) -> PreferenceBatch { PreferenceBatch(samples) }
}

extension Conversation {
  /// The conversation with nothing learned before a message.
  fileprivate func learning(from message: Int) -> Conversation {
    var result = self
    for index in 0..<min(message, messages.count) { result.messages[index].weight = 0 }
    return result
  }
}
