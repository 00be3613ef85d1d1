/// A list of decoder steps that takes tokens one by one.
///
/// The reference library gives every step the whole list of tokens. Here each step remembers what it needs, so that text
/// can be given out while a model is still writing; `finish` gives out what some steps had to hold back.
struct TextDecoder: Sendable {
  /// The steps as the file lists them.
  let steps: [DecoderStep]
  /// Where the tokens become one text; the steps behind see that text and not its tokens.
  private let joint: Int

  init(steps: [DecoderStep] = []) {
    self.steps = steps
    joint =
      steps.firstIndex { step in
        switch step {
        case .fuse, .byteAlphabet: true
        case .byteFallback, .replace, .strip, .metaspace, .separator, .wordPiece, .cleanup, .wordEnd, .repetitions:
          false
        }
      } ?? steps.count
  }

  /// Whether the tokens' bytes are all there is to decode.
  var isByteAlphabetAlone: Bool {
    if case .byteAlphabet? = steps.first { return steps.count == 1 }
    return false
  }

  /// The state before the first token.
  var initialState: [DecoderStepState] { [DecoderStepState](repeating: DecoderStepState(), count: steps.count) }

  /// Takes a token and appends the text that is certain with it.
  func append(_ token: [UInt8], _ states: inout [DecoderStepState], to output: inout [UInt8]) {
    var tokens = [token]
    for index in 0..<joint {
      var changed: [[UInt8]] = []
      for token in tokens { steps[index].apply(token, &states[index], to: &changed) }
      tokens = changed
    }
    for token in tokens { appendText(token, &states, to: &output) }
  }

  /// Appends what was held back.
  func finish(_ states: inout [DecoderStepState], to output: inout [UInt8]) {
    var tokens: [[UInt8]] = []
    for index in 0..<joint {
      var changed: [[UInt8]] = []
      for token in tokens { steps[index].apply(token, &states[index], to: &changed) }
      steps[index].finish(&states[index], to: &changed)
      tokens = changed
    }
    for token in tokens { appendText(token, &states, to: &output) }
    guard joint < steps.count else { return }
    var rest = steps[joint].finishJoin(&states[joint])
    for index in joint + 1..<steps.count {
      rest = steps[index].applyToText(rest, &states[index])
      rest += steps[index].finishText(&states[index])
    }
    output += rest
  }

  private func appendText(_ token: [UInt8], _ states: inout [DecoderStepState], to output: inout [UInt8]) {
    guard joint < steps.count else {
      output += token
      return
    }
    var text = steps[joint].join(token, &states[joint])
    for index in joint + 1..<steps.count { text = steps[index].applyToText(text, &states[index]) }
    output += text
  }
}
