import InkAdapters

/// Low-rank matrices whose ranks are given out while they are trained (Zhang et al., 2023, "AdaLoRA").
public struct RankChoice: Sendable, Hashable {
  /// The rank that all modules begin with.
  public var rank: Int
  /// The mean rank that is left.
  public var target: Int
  /// The numerator of the scale.
  public var alpha: Double
  /// The share of inputs that is dropped while training.
  public var dropout: Double
  /// The names of the matrices in the family's checkpoints, such as `q_proj`, or `all-linear`.
  public var targets: [String]
  /// Steps before anything is taken away; nil is a tenth of the run.
  public var warmUp: Int?
  /// Steps at the end, in which the ranks stay; nil is a fifth of the run.
  public var final: Int?
  /// Steps between two decisions.
  public var interval: Int
  /// What the distance of the matrices from orthonormal ones is multiplied with in the loss.
  public var orthogonality: Double

  init(_ part: inout RecipeReader) throws(TrainingError) {
    rank = try part.integer("rank", in: 1...65_536) ?? 12
    target = try part.integer("target", in: 1...65_536) ?? min(8, rank)
    alpha = try part.number("alpha", in: 1e-6...1e6) ?? Double(2 * rank)
    dropout = try part.number("dropout", in: 0...0.99) ?? 0
    targets = try part.texts("targets") ?? ["all-linear"]
    warmUp = try part.integer("warmup", in: 0...Int(Int32.max))
    final = try part.integer("final", in: 0...Int(Int32.max))
    interval = try part.integer("every", in: 1...Int(Int32.max)) ?? 1
    orthogonality = try part.number("orthogonality", in: 0...1e6) ?? 0.5
    guard !targets.isEmpty else { throw part.error("targets", expected: "at least one name") }
    guard target <= rank else {
      throw part.error("target", expected: "at most the rank, \(rank)", found: "\(target)")
    }
  }

  var settings: LoRASettings {
    LoRASettings(targets: targets, rank: rank, alpha: Float(alpha), dropout: Float(dropout))
  }

  /// The budget of a run.
  ///
  /// - Throws: `invalidValue` when its steps are not known, or too few.
  func budget(steps: Int?) throws(TrainingError) -> RankBudget {
    guard let steps else {
      throw TrainingError(
        .invalidValue, context: "train.method: adalora", expected: "steps instead of epochs",
        hint: "The ranks have to be given out before the run ends.")
    }
    let budget = RankBudget(
      target: target, warmUp: warmUp ?? steps / 10, final: final ?? steps / 5, interval: interval,
      orthogonality: Float(orthogonality), steps: steps)
    if let fault = budget.fault(initialRank: rank) {
      throw TrainingError(
        .invalidValue, context: "train.method: adalora", expected: "fewer steps before and behind than the run has",
        found: fault)
    }
    return budget
  }
}
