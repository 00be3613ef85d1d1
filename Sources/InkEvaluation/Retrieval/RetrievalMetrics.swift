#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How well ranked results meet what is relevant, as TREC and BEIR measure it.
public struct RetrievalMetrics: Sendable, Hashable {
  /// Number of questions measured.
  public private(set) var questions = 0
  private var recallSums: [Int: Double] = [:]
  private var reciprocalRankSum = 0.0
  private var gainSums: [Int: Double] = [:]

  /// The cut-offs that are measured.
  public let cutoffs: [Int]

  /// Metrics at cut-offs, such as 1, 5 and 10.
  public init(cutoffs: [Int] = [1, 5, 10]) {
    self.cutoffs = cutoffs.filter { $0 > 0 }
  }

  /// Adds a question.
  ///
  /// - Parameters:
  ///   - ranked: the results' names, best first; a name that comes again counts once, at its first place.
  ///   - relevance: the grade of each relevant name, above 0; a question without any is left out.
  public mutating func add(ranked: [String], relevance: [String: Int]) {
    let grades = relevance.filter { $0.value > 0 }
    guard !grades.isEmpty else { return }
    questions += 1
    var seen: Set<String> = []
    let order = ranked.filter { seen.insert($0).inserted }
    if let first = order.firstIndex(where: { grades[$0] != nil }) { reciprocalRankSum += 1 / Double(first + 1) }
    for cutoff in cutoffs {
      let top = order.prefix(cutoff)
      recallSums[cutoff, default: 0] += Double(top.count { grades[$0] != nil }) / Double(grades.count)
      let gain = RetrievalMetrics.gain(top.map { grades[$0] ?? 0 })
      let ideal = RetrievalMetrics.gain(Array(grades.values.sorted(by: >).prefix(cutoff)))
      gainSums[cutoff, default: 0] += gain / ideal
    }
  }

  /// The mean share of relevant names among the first `cutoff`.
  public func recall(at cutoff: Int) -> Double { mean(recallSums[cutoff] ?? 0) }

  /// The mean reciprocal rank of the first relevant name; 0 for a question that found none.
  public var meanReciprocalRank: Double { mean(reciprocalRankSum) }

  /// The mean normalized discounted cumulative gain of the first `cutoff`, gains being the grades (Järvelin and
  /// Kekäläinen, 2002, as trec_eval computes it).
  public func normalizedGain(at cutoff: Int) -> Double { mean(gainSums[cutoff] ?? 0) }

  private func mean(_ sum: Double) -> Double { questions > 0 ? sum / Double(questions) : 0 }

  private static func gain(_ grades: [Int]) -> Double {
    var sum = 0.0
    for (place, grade) in grades.enumerated() { sum += Double(grade) / log2(Double(place + 2)) }
    return sum
  }
}
