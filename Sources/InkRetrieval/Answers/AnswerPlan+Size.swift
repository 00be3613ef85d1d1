extension AnswerPlan {
  /// Models of fewer weights invent more than they read.
  ///
  /// Of 41 questions about small documents, a model of 135 million weights answered 19 in its own words, 13 of them with
  /// the right source, and 28 by choosing one of two sentences; the ranking alone had the answer among its first two
  /// sentences for 40. That was measured before rows, lines of programs and names counted in the ranking.
  public static let fewestWeightsToWrite = 500_000_000

  /// How many passages to search for where nobody says how many and the nearest sentences are the answer. They are
  /// ranked by the encoder, which reads more than a small model can.
  public static let passagesOfNearest = 8

  /// Whether the nearest sentences are the answer, so that no model reads the passages.
  public var takesNearest: Bool {
    switch form {
    case .written: false
    case .quotes(let count): (quoteCandidates ?? count + 1) <= count
    }
  }

  /// Sets what the answer's text may be: as it is asked for, or as suits the size of the model where it is not.
  ///
  /// - Parameters:
  ///   - quotes: the most sentences of the documents to answer with; 0 lets the model write; nil leaves it to its size.
  ///   - candidates: how many sentences the model chooses among; nil leaves it to its size.
  ///   - parameterCount: how many weights the model has; nil when nobody knows, as behind an endpoint.
  public mutating func setForm(quotes: Int?, candidates: Int? = nil, parameterCount: Int?) {
    let isSmall = parameterCount.map { $0 < AnswerPlan.fewestWeightsToWrite } ?? false
    let count = quotes ?? (isSmall ? 2 : 0)
    form = count == 0 ? .written : .quotes(count: count)
    // As many as may be repeated leave nothing to choose, and the model is not asked.
    quoteCandidates = candidates ?? (isSmall && count > 0 ? count : nil)
  }
}
