/// How the rate of Muon depends on the shape of a matrix.
public enum MuonRateScale: Sendable, Hashable {
  /// sqrt(max(1, rows / columns)), as the method was published (Jordan et al., 2024).
  case byShape
  /// 0.2 sqrt(max(rows, columns)): updates as large as those of Adam, whose learning rate then serves both (Liu et al.,
  /// "Muon is Scalable for LLM Training", 2025).
  case matchingAdam
}
