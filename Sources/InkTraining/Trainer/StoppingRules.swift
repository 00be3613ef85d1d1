/// What ends a run before its last step: a loss that jumps, a target that no longer improves, general losses that grow.
package struct StoppingRules: Sendable, Hashable, Codable {
  /// A loss that jumps: one that lies this many deviations above the mean of the last steps.
  package struct Spike: Sendable, Hashable, Codable {
    package var deviations: Double
    package var window: Int

    package init(deviations: Double, window: Int) {
      self.deviations = deviations
      self.window = window
    }
  }

  /// A guard against forgetting.
  package struct Guard: Sendable, Hashable, Codable {
    /// By how much of its first value a general loss may grow.
    package var limit: Double
    package var action: Action

    package enum Action: String, Sendable, Hashable, Codable {
      case warn, stop
    }

    package init(limit: Double, action: Action) {
      self.limit = limit
      self.action = action
    }
  }

  /// Evaluations of the target in a row without improvement that end the run.
  private let patience: Int?
  private let spike: Spike?
  private let protection: Guard?
  private var bestTarget: Double?
  private var withoutImprovement = 0
  private var firstGeneral: [String: Double] = [:]
  private var recent: [Double] = []
  /// Why the run is to end, when an evaluation said so.
  package private(set) var reason: String?
  /// What an evaluation warned of, newest last.
  package private(set) var warnings: [String] = []

  package init(patience: Int? = nil, spike: Spike? = nil, protection: Guard? = nil) {
    self.patience = patience
    self.spike = spike
    self.protection = protection
  }

  /// Takes note of a step's loss; says why the run is to end, if it is.
  mutating func seen(loss: Double, step: Int) -> String? {
    guard let spike else { return nil }
    defer {
      recent.append(loss)
      if recent.count > spike.window { recent.removeFirst() }
    }
    guard recent.count == spike.window, spike.window > 1 else { return nil }
    let mean = recent.reduce(0, +) / Double(recent.count)
    let variance = recent.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(recent.count - 1)
    let bound = mean + spike.deviations * max(variance.squareRoot(), 0.01 * abs(mean))
    guard loss > bound else { return nil }
    return "the loss of step \(step) is \(loss), after a mean of \(mean) over \(spike.window) steps"
  }

  /// Takes note of an evaluation.
  mutating func evaluated(_ role: EvaluationRole, name: String, loss: Double) {
    switch role {
    case .target:
      if let best = bestTarget, !(loss < best) {
        withoutImprovement += 1
        if let patience, withoutImprovement >= patience {
          reason = "\(name) has not improved on \(best) in \(withoutImprovement) evaluations"
        }
      } else {
        bestTarget = loss
        withoutImprovement = 0
      }
    case .general:
      guard let protection else { return }
      guard let first = firstGeneral[name] else {
        firstGeneral[name] = loss
        return
      }
      guard loss > first * (1 + protection.limit) else { return }
      let text = "the loss on \(name) grew from \(first) to \(loss)"
      switch protection.action {
      case .warn: warnings.append(text)
      case .stop: reason = text
      }
    }
  }

  /// Whether counting can go on from here.
  var isPossible: Bool { (0..<Int.max / 4).contains(withoutImprovement) }

  /// Goes on with what another has seen, by the rules of this one: a run that rules ended stays so until they are others.
  mutating func restore(_ other: StoppingRules) {
    bestTarget = other.bestTarget
    withoutImprovement = other.withoutImprovement
    firstGeneral = other.firstGeneral
    // A shorter window looks at the newest of what a longer one kept.
    recent = spike.map { Array(other.recent.suffix($0.window)) } ?? other.recent
    warnings = other.warnings
    if patience == other.patience, protection == other.protection { reason = other.reason }
  }
}
