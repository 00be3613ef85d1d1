/// Which weights of a model change.
public enum TrainedWeights: Sendable, Hashable {
  /// All but those that the patterns name.
  case full(freeze: [String])
  /// Biases alone (Ben Zaken et al., 2022, "BitFit").
  case biases
  /// Low-rank matrices beside those of the model (Hu et al., 2022).
  case lora(LowRankChoice)

  /// How low-rank matrices are made.
  public struct LowRankChoice: Sendable, Hashable {
    /// What kind of low-rank matrices.
    public enum Variant: String, Sendable, Hashable, CaseIterable {
      /// Scaled by alpha over the rank.
      case plain
      /// Scaled by alpha over the root of the rank (Kalajdzievski, 2023).
      case rslora
      /// With a trained length of each row (Liu et al., 2024).
      case dora
      /// Beginning with the largest singular values (Meng et al., 2024).
      case pissa
    }

    /// How the model's own matrices are held.
    public enum Base: String, Sendable, Hashable, CaseIterable {
      /// As floats.
      case f32
      /// Packed as they are stored (QLoRA).
      case asStored = "as_stored"
    }

    public var rank: Int
    /// The numerator of the scale.
    public var alpha: Double
    /// The names of the matrices in the family's checkpoints, such as `q_proj`, or `all-linear`.
    public var targets: [String]
    public var variant: Variant
    /// How many times the rate of the A matrices the B matrices have (Hayou et al., 2024, "LoRA+").
    public var ratio: Double
    public var base: Base
  }

  private enum Method: String, CaseIterable {
    case full, bitfit, lora
  }

  init(_ reader: inout RecipeReader) throws(TrainingError) {
    guard var part = try reader.part("train") else {
      self = .full(freeze: [])
      return
    }
    switch try part.choice("method", of: Method.self) ?? .full {
    case .full: self = .full(freeze: try part.texts("freeze") ?? [])
    case .bitfit: self = .biases
    case .lora:
      let rank = try part.integer("rank", in: 1...65_536) ?? 8
      self = .lora(
        LowRankChoice(
          rank: rank, alpha: try part.number("alpha", in: 1e-6...1e6) ?? Double(2 * rank),
          targets: try part.texts("targets") ?? ["all-linear"],
          variant: try part.choice("variant", of: LowRankChoice.Variant.self) ?? .plain,
          ratio: try part.number("ratio", in: 1e-3...1e3) ?? 1,
          base: try part.choice("base", of: LowRankChoice.Base.self) ?? .f32))
    }
    try part.finish()
  }
}
