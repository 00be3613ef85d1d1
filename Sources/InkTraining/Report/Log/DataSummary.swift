public import InkData

/// What became of the data of a run, as it is noted at its end.
public struct DataSummary: Sendable, Hashable, Codable {
  /// Steps that were done.
  public let steps: Int
  /// The examples that were drawn for them, some perhaps ahead of the last step.
  public let examples: SampleCounts
  /// Records of the data that were left out because they are broken.
  public let brokenRecords: Int

  /// A summary from its parts.
  public init(steps: Int, examples: SampleCounts, brokenRecords: Int = 0) {
    self.steps = steps
    self.examples = examples
    self.brokenRecords = brokenRecords
  }

  enum CodingKeys: String, CodingKey {
    case steps, examples
    case brokenRecords = "broken_records"
  }
}

extension SampleReport {
  /// What of the data was not used; nil where all was.
  package var remark: String? {
    guard counts.leftOut > 0 else { return nil }
    var reasons: [String] = []
    if counts.tooLong > 0 { reasons.append("\(counts.tooLong) are longer than sequence.length") }
    if counts.withoutLoss > 0 { reasons.append("\(counts.withoutLoss) have no tokens that carry loss") }
    let first = firstFaults.first.map { "; the first: \($0.context)" } ?? ""
    return "\(counts.leftOut) of \(counts.drawn) examples were left out: \(reasons.joined(separator: ", "))\(first)"
  }
}
