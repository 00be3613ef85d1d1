/// Predicting the next token: pretraining on text, and learning to answer from conversations and completions.
///
/// ```swift
/// let task = CausalTask(text: TextEncoder(tokenizer: tokenizer), chat: chat, contextLength: 2_048)
/// ```
public struct CausalTask: TrainingTask {
  /// How texts and completions become tokens.
  public let text: TextEncoder
  /// How conversations become tokens; nil where there is no chat template.
  public let chat: ChatEncoder?
  /// What a token sees.
  public let objective: CausalObjective
  /// The most tokens of a sample; nil where only rows are limited, because samples are concatenated and cut there.
  public let contextLength: Int?
  /// What becomes of longer samples.
  public let overlong: Overlong

  /// - Throws: `DataError` for a context in which nothing can be predicted.
  public init(
    text: TextEncoder, chat: ChatEncoder? = nil, objective: CausalObjective = .causal, contextLength: Int?,
    overlong: Overlong = .refuse
  ) throws(DataError) {
    if let contextLength, contextLength < 2 {
      throw DataError(
        .invalidSetting, context: "context length", expected: "at least 2 tokens", found: "\(contextLength)")
    }
    self.text = text
    self.chat = chat
    self.objective = objective
    self.contextLength = contextLength
    self.overlong = overlong
  }

  /// One sample, or the parts of a text that is divided.
  public func samples(of example: Example, draw: ExampleDraw) throws(DataError) -> [CausalSample] {
    let tokens: WeightedTokens
    var isText = false
    switch example {
    case .text(let document):
      tokens = text.tokens(of: document)
      isText = true
    case .completion(let completion): tokens = text.tokens(of: completion)
    case .conversation(let conversation):
      guard let chat else {
        throw draw.fault(
          .unsupported, expected: "a text or a completion, because there is no chat template", found: example.kind,
          hint: "Give a chat template.")
      }
      tokens = try chat.tokens(of: conversation, origin: draw.origin)
    case .labelled, .tagged, .related, .preference:
      throw draw.fault(
        .invalidRecord, expected: "a text, a completion or a conversation", found: example.kind)
    }
    var result: [CausalSample] = []
    for sample in try fitted(CausalSample(tokens, origin: draw.origin), isText: isText, draw) {
      var sample = sample
      if objective == .prefix { readPrefix(&sample, isText: isText, draw, piece: result.count) }
      result.append(sample)
    }
    let learned = result.filter { $0.lossWeight > 0 }
    guard !learned.isEmpty else {
      throw draw.fault(
        .emptyMask, expected: "at least one token to learn",
        found: "none of \(tokens.tokens.count)")
    }
    return learned
  }

  /// Samples one behind the other.
  public func batch(of samples: [CausalSample]) -> CausalBatch { CausalBatch(samples) }

  private func fitted(
    _ sample: CausalSample, isText: Bool, _ draw: ExampleDraw
  ) throws(DataError) -> [CausalSample] {
    guard let contextLength, sample.tokenCount > contextLength else { return [sample] }
    switch overlong {
    case .truncateEnd:
      guard var (first, _) = sample.divided(at: contextLength) else { return [sample] }
      first.following = nil
      return [first]
    case .truncateStart:
      guard let (_, last) = sample.divided(at: sample.tokenCount - contextLength) else { return [sample] }
      return [last]
    case .split where isText:
      var parts: [CausalSample] = []
      var rest = sample
      while let (first, others) = rest.divided(at: contextLength) {
        parts.append(first)
        rest = others
      }
      return parts + [rest]
    case .refuse, .split:
      throw draw.fault(
        .tooLong, expected: "at most \(contextLength) tokens", found: "\(sample.tokenCount)",
        hint: "Choose what becomes of long samples: cut them at an end, divide text, or skip them.")
    }
  }

  /// Gives a sample its prefix; nothing in it is predicted.
  private func readPrefix(_ sample: inout CausalSample, isText: Bool, _ draw: ExampleDraw, piece: Int) {
    if isText {
      var random = draw.random(for: .prefix, piece: piece)
      sample.prefixLength = 1 + random.nextInteger(below: max(sample.tokenCount - 1, 1))
    } else {
      sample.prefixLength = sample.weights.prefix { $0 <= 0 }.count
    }
    for index in sample.weights.indices.prefix(sample.prefixLength) { sample.weights[index] = 0 }
  }
}
