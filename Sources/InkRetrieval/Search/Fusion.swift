/// How lists of several searches become one.
public enum Fusion: Sendable, Hashable {
  /// Reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009): a piece scores the sum of `1 / (constant + rank)` over
  /// the lists, ranks from 1. Needs no comparable scores; the paper's constant is 60.
  case reciprocalRank(constant: Double = 60)
  /// The weighted sum of the lists' scores, each list brought to 0...1 by its smallest and largest score. A piece that is
  /// missing from a list gets nothing from it.
  case weighted([Double])

  /// The pieces of all lists, each once, best first; equal scores by ascending id.
  ///
  /// - Parameter lists: each best first.
  /// - Throws: ``RetrievalError`` when weights are missing, negative or all zero.
  public func merge(_ lists: [[ScoredPiece]]) throws(RetrievalError) -> [ScoredPiece] {
    var scores: [Int64: Double] = [:]
    var pieces: [Int64: StoredPiece] = [:]
    for (index, list) in lists.enumerated() {
      let parts = try contributions(of: list, index: index, lists: lists.count)
      for (found, part) in zip(list, parts) {
        scores[found.piece.id, default: 0] += part
        pieces[found.piece.id] = found.piece
      }
    }
    return pieces.values.map { ScoredPiece($0, score: scores[$0.id] ?? 0) }.sorted(by: ScoredPiece.better)
  }

  private func contributions(
    of list: [ScoredPiece], index: Int, lists: Int
  ) throws(RetrievalError) -> [Double] {
    switch self {
    case .reciprocalRank(let constant):
      guard constant.isFinite, constant >= 0 else {
        throw RetrievalError(
          .invalidSetting, context: "fusion constant", expected: "0 or more", found: "\(constant)")
      }
      return list.indices.map { 1 / (constant + Double($0 + 1)) }
    case .weighted(let weights):
      guard weights.count == lists, weights.allSatisfy({ $0.isFinite && $0 >= 0 }), weights.contains(where: { $0 > 0 })
      else {
        throw RetrievalError(
          .invalidSetting, context: "fusion weights", expected: "\(lists) weights of 0 or more, one above 0",
          found: "\(weights)")
      }
      let values = list.map(\.score)
      guard let low = values.min(), let high = values.max() else { return [] }
      return values.map { weights[index] * (high > low ? ($0 - low) / (high - low) : 1) }
    }
  }
}

extension ScoredPiece {
  /// The order of results: better scores first, equal scores by ascending id.
  public static func better(_ left: ScoredPiece, _ right: ScoredPiece) -> Bool {
    left.score != right.score ? left.score > right.score : left.piece.id < right.piece.id
  }
}
