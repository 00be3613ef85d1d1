public import InkChat

/// How a search goes, stage by stage.
public struct SearchPlan: Sendable {
  /// Who orders the candidates once more.
  public enum Reranking: Sendable {
    case none
    /// A cross-encoder or a language model scores the best `candidates` results; the others are left out. With a
    /// `weight` below 1 its scores and those of the search, each brought to 0...1, are added in this proportion, so that
    /// a model that was trained on little corrects the search and does not replace it.
    case scored(by: any Reranker, candidates: Int, weight: Double = 1)
  }

  /// What a search looks by.
  public var mode: SearchMode
  /// The most results.
  public var count: Int
  /// Candidates that each list gives before fusion, reranking and diversity.
  public var candidates: Int
  /// Which documents it looks at; nil looks at all.
  public var filter: MetadataFilter?
  /// Who orders the candidates once more.
  public var reranking: Reranking
  /// Results unlike each other, where asked for.
  public var diversity: Diversity?
  /// Newer documents first, where asked for; a reranking of weight 1 that follows goes by its own scores again.
  public var decay: TimeDecay?
  /// Results whose vector is less like the question than this are left out: the cosine of question and piece. It is
  /// measured whatever the mode, since scores of keywords and fusion have no fixed scale.
  public var threshold: Double?
  /// Neighbouring pieces on either side that are joined to each result when it is read; 0 reads the piece alone.
  public var widening: Int

  /// A plan; the defaults search both ways and take the best 5.
  public init(
    mode: SearchMode = .hybrid(), count: Int = 5, candidates: Int = 40, filter: MetadataFilter? = nil,
    reranking: Reranking = .none, diversity: Diversity? = nil, decay: TimeDecay? = nil, threshold: Double? = nil,
    widening: Int = 0
  ) {
    self.mode = mode
    self.count = count
    self.candidates = candidates
    self.filter = filter
    self.reranking = reranking
    self.diversity = diversity
    self.decay = decay
    self.threshold = threshold
    self.widening = widening
  }
}
