package import InkTensor

/// In how many bits a run holds numbers. Sums, gradients and what optimizers remember are f32 always.
public enum Precision: String, Sendable, Hashable, CaseIterable {
  /// All in f32.
  case f32
  /// Matrices that belong to the model in bf16, and so what layers keep for the way back; vectors (norms and biases) and
  /// adapters in f32. What is computed forward is f32 numbers, of which those of the weights are rounded.
  ///
  /// The optimizer changes f32 numbers: it remembers the sixteen bits that each weight lacks (Micikevicius et al., 2018,
  /// "Mixed Precision Training"; Kalamkar et al., 2019, on bf16). Beside an adapter the model's own matrices are held as
  /// `train.base` says.
  case bf16

  /// How what lies between operations is kept for the way back.
  package var kept: KeptPrecision {
    switch self {
    case .f32: .f32
    case .bf16: .bf16
    }
  }

  /// The type of the files that a run writes at its end.
  package var written: BlockFormat {
    switch self {
    case .f32: .f32
    case .bf16: .bf16
    }
  }
}

extension Recipe {
  /// What cannot be done with weights in bf16, by the names of the recipe.
  func checkPrecision(_ reader: RecipeReader) throws(TrainingError) {
    guard precision == .bf16 else { return }
    switch weights {
    case .adapter: return
    case .full, .biases: break
    }
    let others: [(name: String, isSet: Bool)] = [
      ("average", optimization.average != nil), ("adversarial", adversarial != nil), ("distributed", sharing != nil),
    ]
    if let other = others.first(where: \.isSet) {
      throw reader.error(
        "precision", code: .unsupported, expected: "f32 beside \(other.name)",
        hint: "Weights in bf16 are trained without \(other.name); beside an adapter both can be.")
    }
  }
}
