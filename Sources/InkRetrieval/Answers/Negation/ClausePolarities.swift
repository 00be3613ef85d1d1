/// The clauses of a text as they are compared with those of another: their words, and whether they affirm or deny.
struct ClausePolarities: Sendable {
  private struct Clause: Sendable {
    let terms: Set<String>
    let polarity: ClausePolarity
  }

  private let clauses: [Clause]

  init(of text: String, words: TextWords) {
    clauses = NegationReader.clauses(of: text).map { clause in
      Clause(terms: Set(words.terms(clause.text)), polarity: clause.polarity)
    }
  }

  /// Whether each of these clauses affirms or denies as the source's clause does that has most of its words, and as do
  /// those that have the words which that one lacks. A clause none of whose words the source has says nothing about it.
  func agree(with source: ClausePolarities) -> Bool {
    clauses.allSatisfy { own in
      var rest = own.terms
      var isFirst = true
      while let best = source.best(for: rest) {
        // A clause that shares a word by the way, such as the subject of its sentence, speaks of something else.
        if !isFirst, best.shared * 2 < best.size { return true }
        guard best.polarities == [own.polarity] else { return false }
        rest.subtract(best.terms)
        isFirst = false
      }
      return true
    }
  }

  /// What is known of the clauses that have most of some words: of several that have as many, those with the fewest
  /// others.
  private struct Match {
    var shared = 0
    var size = 0
    var terms: Set<String> = []
    var polarities: Set<ClausePolarity> = []
  }

  private func best(for terms: Set<String>) -> Match? {
    var best = Match()
    for clause in clauses {
      let shared = clause.terms.intersection(terms).count
      guard shared > 0, (shared, -clause.terms.count) >= (best.shared, -best.size) else { continue }
      if (shared, clause.terms.count) != (best.shared, best.size) {
        best = Match(shared: shared, size: clause.terms.count)
      }
      best.terms.formUnion(clause.terms)
      best.polarities.insert(clause.polarity)
    }
    return best.shared > 0 ? best : nil
  }
}
