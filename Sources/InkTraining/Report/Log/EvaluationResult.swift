/// How a model does on a set that is not trained on.
public struct EvaluationResult: Sendable, Hashable, Codable {
  /// Steps that were done before.
  public let step: Int
  /// The set's name.
  public let evaluation: String
  /// The mean loss.
  public let loss: Double
  /// What else was measured, in the order in which it was given; in a log under its own name.
  public let measures: [Measure]

  /// A result from its parts.
  public init(step: Int, evaluation: String, loss: Double, measures: [Measure] = []) {
    self.step = step
    self.evaluation = evaluation
    self.loss = loss
    self.measures = measures
  }

  private enum Key: String, CodingKey {
    case step, evaluation, loss, measures
  }

  /// Reads a result; a measure that this version does not know is left out.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    step = try values.decode(Int.self, forKey: .step)
    evaluation = try values.decode(String.self, forKey: .evaluation)
    loss = try values.decode(Double.self, forKey: .loss)
    let numbers = try values.decodeIfPresent([String: Double].self, forKey: .measures) ?? [:]
    measures = Measure.Kind.allCases.compactMap { kind in numbers[kind.rawValue].flatMap { Measure(kind, $0) } }
  }

  /// Writes a result; without measures it has no such key.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(step, forKey: .step)
    try values.encode(evaluation, forKey: .evaluation)
    try values.encode(loss, forKey: .loss)
    guard !measures.isEmpty else { return }
    let numbers = Dictionary(measures.map { ($0.kind.rawValue, $0.value) }) { first, _ in first }
    try values.encode(numbers, forKey: .measures)
  }
}
