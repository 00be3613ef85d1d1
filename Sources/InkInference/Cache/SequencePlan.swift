package import InkChat
import InkModels
package import InkTensor

/// What must be the same for all parts of a sequence, whenever they are computed: who sees whom, and the length that
/// rotations which depend on one are computed for.
package struct SequencePlan: Sendable, Hashable {
  package let arrangement: SequenceArrangement
  /// Zero where the length does not matter.
  package let extent: Int
}

extension LanguageModel {
  /// The plan of a sequence that begins with a prompt and may grow to a length.
  ///
  /// - Throws: `invalidInput` when the model fills blanks and the prompt has none.
  package func plan(_ prompt: [Int32], length: Int) throws(GenerationError) -> SequencePlan {
    guard let arrangement = decoder.spec.arrangement.arrangement(ofPrompt: prompt) else {
      throw GenerationError(
        code: .invalidInput, context: "prompt",
        expected: "a blank ([gMASK] or [MASK]) and then the start token (<sop>)",
        found: "\(prompt.count) tokens without them",
        hint: "This model fills blanks: ask it through its chat template, or end the prompt with [gMASK] and <sop>.")
    }
    return SequencePlan(
      arrangement: arrangement, extent: decoder.shortestExtent(computedLike: min(length, contextLength)))
  }
}
