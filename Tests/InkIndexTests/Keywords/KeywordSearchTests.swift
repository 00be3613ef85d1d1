import Foundation
import InkIndex
import Testing

@Suite("Keyword search")
struct KeywordSearchTests {
  static let variants: [KeywordRanking.Variant] = [
    .robertson, .lucene, .atire, .longDocuments(delta: 0.5), .lowerBounded(delta: 1),
  ]

  private func index(_ texts: [[String]], ranking: KeywordRanking = KeywordRanking()) throws -> KeywordIndex {
    var index = KeywordIndex(ranking: ranking)
    try index.add(
      texts.enumerated().map { KeywordDocument(id: Int64($0.offset), content: .terms($0.element)) })
    return index
  }

  @Test("scores are those of the formula, worked out by hand for three documents")
  func scoresByHand() throws {
    // Lengths 4, 2 and 3: the average is 3. "ink" is in two of three documents, "stone" in one.
    let texts = [["ink", "ink", "stone", "brush"], ["ink", "paper"], ["paper", "brush", "seal"]]
    let inkWeight = log(1 + 1.5 / 2.5)
    let stoneWeight = log(1 + 2.5 / 1.5)
    let long = 1.2 * (0.25 + 0.75 * 4 / 3)
    let short = 1.2 * (0.25 + 0.75 * 2 / 3)
    let found = try index(texts).search(KeywordQuery(terms: ["ink", "stone"]), count: 10)
    #expect(found.map(\.id) == [0, 1])
    #expect(abs(found[0].score - (inkWeight * 2 / (2 + long) + stoneWeight / (1 + long))) < 1e-8)
    #expect(abs(found[1].score - inkWeight / (1 + short)) < 1e-8)
  }

  @Test("no score exceeds the greatest, which repeats of the terms come near to", arguments: variants)
  func greatest(variant: KeywordRanking.Variant) throws {
    let texts = [Array(repeating: "ink", count: 5000), ["ink", "stone"], ["seal"], ["brush", "seal"], ["paper"]]
    let ranking = KeywordRanking(variant: variant, lengthNormalization: 0)
    let index = try index(texts, ranking: ranking)
    let bound = try index.greatestScore(of: KeywordQuery(terms: ["ink"]))
    let found = try index.search(KeywordQuery(terms: ["ink"]), count: 9)
    #expect(found.allSatisfy { $0.score <= bound })
    let best = try #require(found.first).score
    #expect(best > 0.999 * bound)
    // Repeated terms count as often, and one that nobody holds as the rarest.
    let several = try index.greatestScore(of: KeywordQuery(terms: ["ink", "ink", "absent"]))
    let absent = try index.greatestScore(of: KeywordQuery(terms: ["absent"]))
    #expect(abs(several - (2 * bound + absent)) < 1e-9)
    #expect(absent >= (try index.greatestScore(of: KeywordQuery(terms: ["paper"]))))
    #expect(try index.greatestScore(of: KeywordQuery(terms: [])) == 0)
  }

  @Test("each variant has its own weight and curve", arguments: variants)
  func variantsByHand(variant: KeywordRanking.Variant) throws {
    let texts = [["ink", "ink", "stone"], ["ink"], ["seal", "seal"], ["brush"], ["brush", "seal", "paper"]]
    let ranking = KeywordRanking(variant: variant, saturation: 1.5, lengthNormalization: 0.6)
    let length = 0.4 + 0.6 * 3 / 2.0
    let expected =
      switch variant {
      case .robertson: log(3.5 / 2.5) * 2 / (2 + 1.5 * length)
      case .lucene: log(1 + 3.5 / 2.5) * 2 / (2 + 1.5 * length)
      case .atire: log(5.0 / 2) * 2.5 * 2 / (2 + 1.5 * length)
      case .longDocuments: log(6 / 2.5) * 2.5 * (2 / length + 0.5) / (1.5 + 2 / length + 0.5)
      case .lowerBounded: log(6.0 / 2) * (2.5 * 2 / (2 + 1.5 * length) + 1)
      }
    let found = try index(texts, ranking: ranking).search(KeywordQuery(terms: ["ink"]), count: 5)
    #expect(Set(found.map(\.id)) == [0, 1])
    let score = try #require(found.first { $0.id == 0 }).score
    #expect(abs(score - expected) < 1e-8)
  }

  @Test("a term that the query repeats counts as often")
  func repeatedTerms() throws {
    let index = try index([["ink", "stone"], ["stone", "seal"], ["brush"]])
    let once = try index.search(KeywordQuery(terms: ["ink"]), count: 1)
    let twice = try index.search(KeywordQuery(terms: ["ink", "ink"]), count: 1)
    #expect(abs(twice[0].score - 2 * once[0].score) < 1e-8)
  }

  @Test("equal scores come by ascending number, whichever came first", arguments: [1, 2, 3, 10])
  func equalScores(count: Int) throws {
    var index = KeywordIndex()
    for id: Int64 in [7, -3, 12, 0, 5] { try index.add(id, text: "inkstone") }
    let found = try index.search(index.analyzer.query("inkstone"), count: count)
    #expect(found.map(\.id) == Array([-3, 0, 5, 7, 12].prefix(count)))
  }

  @Test("a document with a term that all hold is found, whatever the weight", arguments: variants)
  func termsOfNoWeight(variant: KeywordRanking.Variant) throws {
    let index = try index([["ink"], ["ink", "seal"]], ranking: KeywordRanking(variant: variant))
    #expect(try index.search(KeywordQuery(terms: ["ink"]), count: 5).count == 2)
    #expect(try index.search(KeywordQuery(terms: ["seal", "ink"]), count: 5).map(\.id) == [1, 0])
  }

  @Test(
    "pruned search finds what adding everything up finds, to the bit", arguments: variants,
    [(documents: 300, vocabulary: 40), (documents: 9000, vocabulary: 2000)])
  func prunedEqualsExhaustive(
    variant: KeywordRanking.Variant, size: (documents: Int, vocabulary: Int)
  ) throws {
    var random = RandomCollection(seed: UInt64(size.documents))
    var index = KeywordIndex(ranking: KeywordRanking(variant: variant))
    // Several segments, interleaved numbers, replaced and removed documents.
    for start in 0..<3 {
      let ids = stride(from: Int64(start), to: Int64(size.documents), by: 3)
      try index.add(random.documents(ids, vocabulary: size.vocabulary, longest: 40))
    }
    try index.add(random.documents(10..<40, vocabulary: size.vocabulary, longest: 90))
    try index.remove((0..<Int64(size.documents)).filter { $0 % 11 == 4 })
    for round in 0..<25 {
      let terms = random.terms(count: 1 + round % 7, of: size.vocabulary)
      for count in [1, 10, 200] {
        let query = KeywordQuery(terms: terms)
        let exhaustive = try index.searchExhaustively(query, count: count)
        #expect(try index.search(query, count: count) == exhaustive)
        #expect(try index.searchBlocks(query, count: count) == exhaustive)
      }
    }
  }

  @Test("filters, required and excluded terms leave out the others and change no score")
  func filters() throws {
    var random = RandomCollection(seed: 5)
    var index = KeywordIndex()
    try index.add(random.documents(0..<2000, vocabulary: 60, longest: 30))
    try index.remove([3, 4, 5])
    let query = KeywordQuery(terms: ["w1", "w7", "w20"])
    let all = try index.search(query, count: 5000)
    let few: Set<Int64> = [4, 10, 11, 500, 1999, 77_777]
    let many = Set((0..<Int64(2000)).filter { $0 % 3 == 0 })
    for ids in [few, many, []] {
      #expect(try index.search(query, count: 5000, among: .only(ids)) == all.filter { ids.contains($0.id) })
      #expect(try index.search(query, count: 5000, among: .except(ids)) == all.filter { !ids.contains($0.id) })
    }
    let holders = Set(try index.search(KeywordQuery(terms: ["w9"]), count: 5000).map(\.id))
    let withTerm = KeywordQuery(terms: query.terms, required: ["w9"])
    let withoutTerm = KeywordQuery(terms: query.terms, excluded: ["w9"])
    #expect(try index.search(withTerm, count: 5000) == all.filter { holders.contains($0.id) })
    #expect(try index.search(withoutTerm, count: 5000) == all.filter { !holders.contains($0.id) })
    #expect(try index.search(KeywordQuery(terms: query.terms, required: ["unknown"]), count: 9).isEmpty)
  }

  @Test("nothing is found for nothing")
  func nothing() throws {
    let index = try index([["ink"]])
    #expect(try index.search(KeywordQuery(terms: []), count: 5).isEmpty)
    #expect(try index.search(KeywordQuery(terms: ["seal"]), count: 5).isEmpty)
    #expect(try index.search(KeywordQuery(terms: ["ink"]), count: 0).isEmpty)
    #expect(try KeywordIndex().search(KeywordQuery(terms: ["ink"]), count: 5).isEmpty)
  }

  @Test(
    "a ranking outside of its range is refused by name",
    arguments: [
      KeywordRanking(saturation: -1), KeywordRanking(saturation: .nan), KeywordRanking(lengthNormalization: 1.5),
      KeywordRanking(variant: .lowerBounded(delta: .infinity)),
    ])
  func invalidRanking(ranking: KeywordRanking) throws {
    let index = try index([["ink"]], ranking: ranking)
    let error = #expect(throws: IndexError.self) { try index.search(KeywordQuery(terms: ["ink"]), count: 1) }
    #expect(error?.code == .invalidSetting)
  }
}
