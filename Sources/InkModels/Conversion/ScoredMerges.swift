/// The merges that the scores of a SentencePiece vocabulary stand for.
package struct ScoredMerges: Sendable {
  /// Two pieces, by id, that make a third one; the best first.
  package let pairs: [(left: Int, right: Int)]

  /// Every way to cut a piece into two others.
  ///
  /// The pieces that another one begins with are found by order: sorted, they stand before it, each beginning with the one
  /// before. The time is near the length of all pieces together, however long one is.
  ///
  /// - Parameters:
  ///   - tokens: the vocabulary, by id.
  ///   - scores: of each token.
  ///   - isPart: whether a token may be a half of a merge.
  ///   - isWhole: whether a token may be made by one.
  package init(
    tokens: [String], scores: [Float], isPart: (_ id: Int) -> Bool, isWhole: (_ id: Int) -> Bool
  ) {
    var idByPiece: [[UInt8]: Int] = [:]
    for id in tokens.indices where isPart(id) || isWhole(id) { idByPiece[Array(tokens[id].utf8)] = id }
    let ids = idByPiece.values.sorted()
    let pieces = ids.map { Array(tokens[$0].utf8) }
    let beginnings = ScoredMerges.longestBeginnings(pieces)
    let ends = ScoredMerges.longestBeginnings(pieces.map { $0.reversed() })
    var found: [(score: Float, left: Int, right: Int)] = []
    for index in ids.indices where isWhole(ids[index]) {
      let rights = ScoredMerges.chain(from: index, ends)
      var cuts: [(score: Float, left: Int, right: Int)] = []
      // The beginnings come from the longest to the shortest, so what is left of the piece grows.
      var place = rights.count - 1
      for left in ScoredMerges.chain(from: index, beginnings) {
        let rest = pieces[index].count - pieces[left].count
        while place >= 0, pieces[rights[place]].count < rest { place -= 1 }
        guard place >= 0 else { break }
        let right = rights[place]
        guard pieces[right].count == rest, isPart(ids[left]), isPart(ids[right]) else { continue }
        cuts.append((scores[ids[index]], ids[left], ids[right]))
      }
      found += cuts.sorted { ($0.left, $0.right) < ($1.left, $1.right) }
    }
    pairs = found.enumerated().sorted {
      $0.element.score != $1.element.score ? $0.element.score > $1.element.score : $0.offset < $1.offset
    }.map { ($0.element.left, $0.element.right) }
  }

  /// For each piece the longest other one that it begins with; -1 where there is none.
  private static func longestBeginnings(_ pieces: [[UInt8]]) -> [Int] {
    var result = [Int](repeating: -1, count: pieces.count)
    // Those that the piece in turn may begin with, each beginning with the one before.
    var open: [Int] = []
    for index in pieces.indices.sorted(by: { pieces[$0].lexicographicallyPrecedes(pieces[$1]) }) {
      while let last = open.last, !pieces[index].starts(with: pieces[last]) { open.removeLast() }
      if let last = open.last { result[index] = last }
      open.append(index)
    }
    return result
  }

  /// All that a piece begins with, the longest first.
  private static func chain(from index: Int, _ longest: [Int]) -> [Int] {
    var result: [Int] = []
    var next = longest[index]
    while next >= 0 {
      result.append(next)
      next = longest[next]
    }
    return result
  }
}
