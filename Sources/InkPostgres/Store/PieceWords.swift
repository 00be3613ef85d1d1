import InkIndex

/// The words of a document's pieces.
struct PieceWords: Sendable {
  /// Where a term occurs: positions of pieces, ascending, and how often in each.
  struct Occurrences: Sendable {
    var positions: [Int] = []
    var frequencies: [Int64] = []
  }

  /// The number of terms of each piece.
  private(set) var lengths: [Int64] = []
  private(set) var terms: [String: Occurrences] = [:]

  init(_ texts: [String], analyzer: TextAnalyzer) {
    for (position, text) in texts.enumerated() {
      let found = analyzer.terms(of: text)
      lengths.append(Int64(found.count))
      var counts: [String: Int64] = [:]
      for term in found { counts[term, default: 0] += 1 }
      for (term, count) in counts {
        terms[term, default: Occurrences()].positions.append(position)
        terms[term, default: Occurrences()].frequencies.append(count)
      }
    }
  }

  /// Terms of all pieces together.
  var total: Int64 { lengths.reduce(0, +) }
}
