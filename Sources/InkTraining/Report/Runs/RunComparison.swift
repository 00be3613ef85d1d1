/// What two runs were told differently, and how their losses went.
public struct RunComparison: Sendable, Hashable {
  /// The losses of two runs at the same step.
  public struct Pair: Sendable, Hashable, Codable {
    /// The step.
    public let step: Int
    /// The loss of the first run.
    public let first: Double
    /// The loss of the second run.
    public let second: Double
  }

  /// Losses of two runs on the same set.
  public struct EvaluationPairs: Sendable, Hashable, Codable {
    /// The set's name.
    public let evaluation: String
    /// Losses at the steps at which both measured.
    public let pairs: [Pair]
  }

  /// What the first run came to.
  public let first: RunSummary
  /// What the second run came to.
  public let second: RunSummary
  /// The lines of the recipes that differ.
  public let recipe: [LineChange]
  /// The losses of steps that both did.
  public let losses: [Pair]
  /// Losses of the sets that both measured, in the first run's order.
  public let evaluations: [EvaluationPairs]

  /// Recipes are short; the time to compare grows with the product of lines and differences.
  private static let maximumRecipeLines = 5000

  /// Compares the runs of two folders.
  ///
  /// - Throws: `file` when one is no run, cannot be read, or has a recipe of more than 5000 lines.
  public init(_ first: String, _ second: String) throws(TrainingError) {
    let logs = (try RunLog(folder: first), try RunLog(folder: second))
    self.first = RunSummary(logs.0, folder: first)
    self.second = RunSummary(logs.1, folder: second)
    let texts = (try RunComparison.recipe(of: first), try RunComparison.recipe(of: second))
    recipe = LineChange.between(RunComparison.lines(texts.0), RunComparison.lines(texts.1))
    losses = RunComparison.pairs(
      logs.0.steps.map { ($0.step, $0.loss) }, logs.1.steps.map { ($0.step, $0.loss) })
    let names = logs.1.evaluationNames
    evaluations = logs.0.evaluationNames.filter(names.contains).map { name in
      let results = (logs.0.evaluations, logs.1.evaluations)
      return EvaluationPairs(
        evaluation: name,
        pairs: RunComparison.pairs(
          results.0.filter { $0.evaluation == name }.map { ($0.step, $0.loss) },
          results.1.filter { $0.evaluation == name }.map { ($0.step, $0.loss) }))
    }
  }

  /// Some of the losses, evenly over the steps that both did, with the first and the last.
  ///
  /// - Parameter count: at most so many.
  public func losses(atMost count: Int) -> [Pair] {
    guard count > 1, losses.count > count else { return Array(losses.prefix(max(count, 0))) }
    return (0..<count).map { losses[$0 * (losses.count - 1) / (count - 1)] }
  }

  private static func pairs(_ first: [(step: Int, loss: Double)], _ second: [(step: Int, loss: Double)]) -> [Pair] {
    let others = Dictionary(second.map { ($0.step, $0.loss) }) { _, later in later }
    return first.compactMap { step, loss in others[step].map { Pair(step: step, first: loss, second: $0) } }
  }

  private static func recipe(of folder: String) throws(TrainingError) -> String {
    let path = "\(folder)/\(RunFiles.recipe)"
    guard let bytes = try LineFile.bytes(path, limit: 1 << 20) else { return "" }
    let text = String(decoding: bytes, as: UTF8.self)
    let count = lines(text).count
    guard count <= maximumRecipeLines else {
      throw TrainingError(.file, context: path, expected: "at most \(maximumRecipeLines) lines", found: "\(count)")
    }
    return text
  }

  private static func lines(_ text: String) -> [Substring] {
    var lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    if lines.last?.isEmpty ?? false { lines.removeLast() }
    return lines
  }
}
