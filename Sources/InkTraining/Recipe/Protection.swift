public import InkData

/// A guard against forgetting: losses on general sets that are measured beside the target's.
public struct Protection: Sendable, Hashable {
  /// What becomes of a run that forgets.
  public enum Action: String, Sendable, Hashable, CaseIterable {
    case warn, stop
  }

  /// What is not to be forgotten.
  public var sources: [DataSource]
  /// By how much of its first value a loss may grow.
  public var limit: Double
  /// What becomes of a run whose loss grew by more.
  public var action: Action

  init?(_ reader: inout RecipeReader) throws(TrainingError) {
    guard var part = try reader.part("guard") else { return nil }
    sources = try DataSource.sources(of: "sets", &part)
    guard !sources.isEmpty else { throw part.error("sets", expected: "at least one source of general data") }
    let names = sources.map(\.name)
    guard Set(names).count == names.count, !names.contains(EvaluationRole.targetName) else {
      throw part.error(
        "sets", expected: "a name of its own for each set, other than \(EvaluationRole.targetName)",
        found: names.joined(separator: ", "))
    }
    limit = try part.number("limit", in: 0...1e3) ?? 0.05
    action = try part.choice("action", of: Action.self) ?? .warn
    try part.finish()
  }
}
