package import InkTensor

/// How the tokens of a sequence see each other and count their positions.
public enum ArrangementSpec: Sendable, Hashable {
  /// Each sees those before it; positions count from 0.
  case causal
  /// Blank filling (Du et al., 2022, "GLM"): the tokens before `start` see each other; those from it on see all before
  /// them, stay at the position of the blank and count inside their block instead. The blank is the first of the tokens
  /// of `masks` that is in the sequence, tried in order.
  case blankFilling(start: Int32, masks: [Int32])

  /// The arrangement of a sequence that begins with a prompt, or nil when the prompt has no blank or does not say where
  /// to start.
  package func arrangement(ofPrompt tokens: [Int32]) -> SequenceArrangement? {
    switch self {
    case .causal: return .causal
    case .blankFilling(let start, let masks):
      guard let context = tokens.firstIndex(of: start) else { return nil }
      let blank = masks.lazy.compactMap { tokens[..<context].firstIndex(of: $0) }.first
      return blank.map { .blankFilling(context: context, mask: $0) }
    }
  }
}
