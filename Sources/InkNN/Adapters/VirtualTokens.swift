/// What stands before the tokens of a sequence and takes their first positions.
///
/// In a step they are rows like those of tokens, whose ids do not matter: so a cache, a batch and training treat them
/// alike.
package enum VirtualTokens: Sendable {
  /// Rows in place of embeddings, [count, width] (Lester et al., 2021, prompt tuning; Liu et al., 2021, P-tuning).
  case embedded(PromptSource)
  /// Keys and values of every layer, [count, layers * 2 * keyValueHeads * headWidth]: for each layer keys, then values,
  /// as if rotated already (Li and Liang, 2021, prefix tuning; Liu et al., 2022, P-tuning v2).
  case keysAndValues(PromptSource)

  package var source: PromptSource {
    switch self {
    case .embedded(let source), .keysAndValues(let source): source
    }
  }

  /// How many there are.
  package var count: Int { source.count }
}
