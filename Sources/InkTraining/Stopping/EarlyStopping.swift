/// Ends a run whose measure does not improve any more (Prechelt, 1998).
public struct EarlyStopping: Sendable, Hashable {
  /// Which measures are better.
  public enum Goal: Sendable, Hashable {
    /// Lower ones, as of a loss.
    case lower
    /// Higher ones, as of an accuracy.
    case higher
  }

  /// What an evaluation means for the run.
  public enum Verdict: Sendable, Hashable {
    /// The measure is the best so far.
    case improved
    /// It is not; so many evaluations in turn were not.
    case waiting(evaluations: Int)
    /// Patience is at its end.
    case stop
  }

  /// Evaluations without improvement after which the run stops.
  public let patience: Int
  /// What a measure must be better by to count.
  public let minimumImprovement: Double
  /// Which measures are better.
  public let goal: Goal
  /// The best measure so far, and how many evaluations there were since: what a resumed run goes on with.
  public private(set) var best: Double?
  /// Evaluations since the best one.
  public private(set) var evaluationsWithoutImprovement = 0

  /// A rule that has seen nothing.
  ///
  /// - Throws: `invalidValue` for a patience below 1 or an improvement below 0.
  public init(patience: Int, minimumImprovement: Double = 0, goal: Goal = .lower) throws(TrainingError) {
    guard patience > 0 else {
      throw TrainingError(
        .invalidValue, context: "early stopping: patience", expected: "1 or more evaluations", found: "\(patience)")
    }
    guard minimumImprovement >= 0, minimumImprovement.isFinite else {
      throw TrainingError(
        .invalidValue, context: "early stopping: minimum improvement", expected: "a number from 0 on",
        found: "\(minimumImprovement)")
    }
    self.patience = patience
    self.minimumImprovement = minimumImprovement
    self.goal = goal
  }

  /// Goes on where a stored rule stopped.
  public mutating func restore(best: Double?, evaluationsWithoutImprovement: Int) {
    self.best = best
    self.evaluationsWithoutImprovement = max(evaluationsWithoutImprovement, 0)
  }

  /// Takes in an evaluation. What is not a number is no improvement.
  public mutating func observe(_ measure: Double) -> Verdict {
    if isImprovement(measure) {
      best = measure
      evaluationsWithoutImprovement = 0
      return .improved
    }
    evaluationsWithoutImprovement += 1
    return evaluationsWithoutImprovement >= patience ? .stop : .waiting(evaluations: evaluationsWithoutImprovement)
  }

  private func isImprovement(_ measure: Double) -> Bool {
    guard !measure.isNaN else { return false }
    guard let best else { return true }
    switch goal {
    case .lower: return measure < best - minimumImprovement
    case .higher: return measure > best + minimumImprovement
    }
  }
}
