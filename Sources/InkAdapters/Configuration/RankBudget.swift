/// How AdaLoRA gives out ranks (Zhang et al., 2023): all modules begin with the same, and the share that matters least is
/// taken away along a cubic curve until a mean is left.
public struct RankBudget: Sendable, Hashable {
  /// The mean rank that is left.
  public var target: Int
  /// Steps before anything is taken away.
  public var warmUp: Int
  /// Steps at the end, in which the ranks stay.
  public var final: Int
  /// Steps between two decisions.
  public var interval: Int
  /// The share of the old value in the mean of the sensitivity, more than 0 and less than 1.
  public var sensitivityDecay: Float
  /// The same for its uncertainty.
  public var uncertaintyDecay: Float
  /// What the distance of the outer matrices from orthonormal ones is multiplied with in the loss.
  public var orthogonality: Float
  /// Steps of the whole run.
  public var steps: Int

  /// Settings; those that are left out are PEFT's.
  public init(
    target: Int = 8, warmUp: Int = 0, final: Int = 0, interval: Int = 1, sensitivityDecay: Float = 0.85,
    uncertaintyDecay: Float = 0.85, orthogonality: Float = 0.5, steps: Int
  ) {
    self.target = target
    self.warmUp = warmUp
    self.final = final
    self.interval = interval
    self.sensitivityDecay = sensitivityDecay
    self.uncertaintyDecay = uncertaintyDecay
    self.orthogonality = orthogonality
    self.steps = steps
  }

  /// What is wrong with the settings for modules that begin with a rank; nil where nothing is.
  public func fault(initialRank: Int) -> String? {
    if !(1...max(initialRank, 1)).contains(target) { return "a target of \(target) for a rank of \(initialRank)" }
    if warmUp < 0 || final < 0 || steps < 1 { return "\(warmUp), \(final) and \(steps) steps" }
    if interval < 1 { return "a decision every \(interval) steps" }
    // Without overflow: all are at least zero here.
    if warmUp >= steps || final >= steps - warmUp { return "\(warmUp) and \(final) of \(steps) steps" }
    if !(orthogonality >= 0 && orthogonality.isFinite) { return "a weight of \(orthogonality) for orthogonality" }
    let decays = [sensitivityDecay, uncertaintyDecay]
    return decays.allSatisfy { $0 > 0 && $0 < 1 } ? nil : "decays of \(decays)"
  }
}
