/// How much of the old average an average of weights keeps in a step.
public enum AverageDecay: Sendable, Hashable {
  /// Always as much.
  case constant(Double)
  /// At first less, (1 + t) / (10 + t) after t updates, so that the start is soon forgotten.
  case growing(to: Double)

  /// What is kept by the update after `updates` earlier ones.
  package func share(after updates: Int) -> Double {
    switch self {
    case .constant(let share): share
    case .growing(let largest): min(largest, Double(1 + updates) / Double(10 + updates))
    }
  }
}
