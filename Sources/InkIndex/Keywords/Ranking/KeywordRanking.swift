/// How BM25 counts: the variant and its two parameters.
///
/// Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009); the variants as compared by
/// Kamphuis et al., "Which BM25 Do You Mean?" (2020).
public struct KeywordRanking: Sendable, Hashable {
  /// The formulas for the weight of a term and for its frequency.
  public enum Variant: Sendable, Hashable {
    /// Robertson's weight ln((N - n + 0.5) / (n + 0.5)), at least 0, without the factor k1 + 1.
    case robertson
    /// Lucene's weight ln(1 + (N - n + 0.5) / (n + 0.5)), without the factor k1 + 1.
    case lucene
    /// ATIRE's weight ln(N / n).
    case atire
    /// Lv and Zhai, "When Documents Are Very Long, BM25 Fails!" (2011); their delta is 0.5.
    case longDocuments(delta: Double)
    /// BM25+, Lv and Zhai, "Lower-Bounding Term Frequency Normalization" (2011); their delta is 1.
    case lowerBounded(delta: Double)
  }

  /// The formulas.
  public var variant: Variant
  /// How soon more occurrences stop to count (k1).
  public var saturation: Double
  /// How much a document's length counts against it, 0 to 1 (b).
  public var lengthNormalization: Double

  /// A way to count.
  public init(variant: Variant = .lucene, saturation: Double = 1.2, lengthNormalization: Double = 0.75) {
    self.variant = variant
    self.saturation = saturation
    self.lengthNormalization = lengthNormalization
  }
}
