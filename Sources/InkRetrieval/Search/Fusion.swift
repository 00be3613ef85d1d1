/// How lists of several searches become one.
///
/// In a hybrid search a weighted sum listens to the words as far as they answer the question: the scores of words are
/// divided by the greatest that any piece could have, so that they count little where few of the question's words are
/// in the documents, as when it is asked in another language; and pieces that only the words found have their own
/// cosine. Ranks know nothing of how good a list is: one that found next to nothing has a first place too. Bruch, Gai
/// and Ingber ("An Analysis of Fusion Functions for Hybrid Retrieval", 2023) find sums of scores better than ranks, and
/// bring scores to one scale by the bounds that theory gives them, of which they use the lower ones.
public enum Fusion: Sendable, Hashable {
  /// Reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009): a piece scores the sum of `1 / (constant + rank)` over
  /// the lists, ranks from 1. Needs no comparable scores; the paper's constant is 60.
  case reciprocalRank(constant: Double = 60)
  /// The weighted sum of the lists' scores, each list brought to 0...1 by its scale. A piece that a list lacks gets
  /// nothing from it.
  case weighted([Double])

  /// Words and meaning count the same.
  public static let balanced = Fusion.weighted([0.5, 0.5])

  /// The pieces of all lists, each once, best first; equal scores by ascending id.
  ///
  /// - Throws: ``RetrievalError`` when weights are missing, negative or all zero.
  public func merge(_ lists: [FusionList]) throws(RetrievalError) -> [ScoredPiece] {
    var scores: [Int64: Double] = [:]
    var pieces: [Int64: StoredPiece] = [:]
    for (index, list) in lists.enumerated() {
      let parts = try contributions(of: list, index: index, lists: lists.count)
      for (found, part) in zip(list.results, parts) {
        scores[found.piece.id, default: 0] += part
        pieces[found.piece.id] = found.piece
      }
    }
    return pieces.values.map { ScoredPiece($0, score: scores[$0.id] ?? 0) }.sorted(by: ScoredPiece.better)
  }

  private func contributions(
    of list: FusionList, index: Int, lists: Int
  ) throws(RetrievalError) -> [Double] {
    switch self {
    case .reciprocalRank(let constant):
      guard constant.isFinite, constant >= 0 else {
        throw RetrievalError(
          .invalidSetting, context: "fusion constant", expected: "0 or more", found: "\(constant)")
      }
      return list.results.indices.map { 1 / (constant + Double($0 + 1)) }
    case .weighted(let weights):
      guard weights.count == lists, weights.allSatisfy({ $0.isFinite && $0 >= 0 }), weights.contains(where: { $0 > 0 })
      else {
        throw RetrievalError(
          .invalidSetting, context: "fusion weights", expected: "\(lists) weights of 0 or more, one above 0",
          found: "\(weights)")
      }
      return list.scaled.map { weights[index] * $0 }
    }
  }
}

extension ScoredPiece {
  /// The order of results: better scores first, equal scores by ascending id.
  public static func better(_ left: ScoredPiece, _ right: ScoredPiece) -> Bool {
    left.score != right.score ? left.score > right.score : left.piece.id < right.piece.id
  }
}
