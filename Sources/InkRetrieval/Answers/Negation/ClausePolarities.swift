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

  /// Whether each of these clauses affirms or denies as the source's clause does that has most of its words. Where
  /// several have as many, the one with the fewest others counts, and where those differ among themselves, none agrees.
  /// A clause none of whose words the source has says nothing about it.
  func agree(with source: ClausePolarities) -> Bool {
    clauses.allSatisfy { own in
      var best = (shared: 0, size: 0)
      var polarities: Set<ClausePolarity> = []
      for other in source.clauses {
        let found = (shared: own.terms.intersection(other.terms).count, size: -other.terms.count)
        if found.shared == 0 || found < best { continue }
        if found > best {
          best = found
          polarities = []
        }
        polarities.insert(other.polarity)
      }
      return polarities.isEmpty || polarities == [own.polarity]
    }
  }
}
