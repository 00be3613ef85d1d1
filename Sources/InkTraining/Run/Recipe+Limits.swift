import InkModels
import InkTokenizers

extension Recipe {
  /// What of layers is kept until gradients come back.
  var activations: ActivationMemory { recomputesActivations ? .recomputed : .kept }

  /// Refuses rows that are longer than the positions of a model reach.
  func requireLength(atMost limit: Int) throws(TrainingError) {
    guard sequence.length > limit else { return }
    let virtual = weights.virtualTokenCount
    guard limit > 1 || virtual == 0 else {
      throw TrainingError(
        .invalidValue, context: "train.length", expected: "virtual tokens that leave positions for a text",
        found: "\(virtual) of the model's \(limit + virtual) positions")
    }
    throw TrainingError(
      .invalidValue, context: "sequence.length", expected: "at most \(limit) tokens", found: "\(sequence.length)",
      hint: weights.virtualTokenCount == 0
        ? "That is what the model's positions reach."
        : "That is what the model's positions reach behind \(weights.virtualTokenCount) virtual tokens.")
  }
}

extension Tokenizer {
  /// Refuses a tokenizer with more tokens than a model has rows for.
  func requireFit(vocabulary: Int) throws(TrainingError) {
    guard vocabularySize > vocabulary else { return }
    throw TrainingError(
      .mismatch, context: "tokenizer", expected: "at most \(vocabulary) tokens, as the model has",
      found: "\(vocabularySize)")
  }
}
