import InkEvaluation
import Testing

@Suite struct RetrievalMetricsTests {
  @Test("recall, reciprocal rank and gain of one question by hand")
  func byHand() {
    var metrics = RetrievalMetrics(cutoffs: [1, 3])
    metrics.add(ranked: ["x", "a", "b"], relevance: ["a": 1, "b": 2, "c": 0])
    #expect(metrics.questions == 1)
    #expect(metrics.recall(at: 1) == 0)
    #expect(metrics.recall(at: 3) == 1)
    #expect(metrics.meanReciprocalRank == 0.5)
    // Gains 1 at place 2 and 2 at place 3, over 2 and 1 at places 1 and 2.
    let gain = 1 / 1.584962500721156 + 2 / 2.0
    let ideal = 2.0 + 1 / 1.584962500721156
    #expect(abs(metrics.normalizedGain(at: 3) - gain / ideal) < 1e-12)
  }

  @Test("a name that comes again counts once, and a question without relevant names not at all")
  func edges() {
    var metrics = RetrievalMetrics(cutoffs: [2])
    metrics.add(ranked: ["a", "a", "b"], relevance: ["b": 1])
    #expect(metrics.recall(at: 2) == 1)
    metrics.add(ranked: ["a"], relevance: ["b": 0])
    #expect(metrics.questions == 1)
    metrics.add(ranked: [], relevance: ["b": 1])
    #expect(metrics.meanReciprocalRank == 0.25)
  }

  @Test("without questions everything is 0")
  func none() {
    let metrics = RetrievalMetrics()
    #expect(metrics.recall(at: 5) == 0)
    #expect(metrics.meanReciprocalRank == 0)
    #expect(metrics.normalizedGain(at: 10) == 0)
  }
}
