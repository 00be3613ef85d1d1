/// Low-rank matrices beside those of a model (Hu et al., 2022).
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

  /// Which biases of the model change with them.
  public enum Biases: String, Sendable, Hashable, CaseIterable {
    case none, all
    /// Those of the matrices that are changed.
    case changed = "lora_only"
  }

  /// Rows of the first matrix and columns of the second.
  public var rank: Int
  /// The numerator of the scale.
  public var alpha: Double
  /// The share of inputs that is dropped while training.
  public var dropout: Double
  /// The names of the matrices in the family's checkpoints, such as `q_proj`, or `all-linear`.
  public var targets: [String]
  /// What kind of low-rank matrices.
  public var variant: Variant
  /// How many times the rate of the first matrices the second ones have (Hayou et al., 2024, "LoRA+").
  public var ratio: Double
  /// Which biases of the model change with them.
  public var biases: Biases

  init(_ part: inout RecipeReader) throws(TrainingError) {
    rank = try part.integer("rank", in: 1...65_536) ?? 8
    alpha = try part.number("alpha", in: 1e-6...1e6) ?? Double(2 * rank)
    dropout = try part.number("dropout", in: 0...0.99) ?? 0
    targets = try part.texts("targets") ?? ["all-linear"]
    variant = try part.choice("variant", of: Variant.self) ?? .plain
    ratio = try part.number("ratio", in: 1e-3...1e3) ?? 1
    biases = try part.choice("bias", of: Biases.self) ?? .none
    guard !targets.isEmpty else { throw part.error("targets", expected: "at least one name") }
  }
}
