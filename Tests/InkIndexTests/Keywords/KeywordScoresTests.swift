import InkIndex
import InkTensor
import Testing

@Suite("Keyword search by kept scores")
struct KeywordScoresTests {
  private func check(_ index: KeywordIndex, _ query: KeywordQuery, _ filter: KeywordFilter = .all) throws {
    for count in [1, 10, 1500] {
      let found = try index.search(query, count: count, among: filter)
      #expect(try found == index.searchExhaustively(query, count: count, among: filter))
    }
  }

  @Test("kept scores follow every change of the documents and of the ranking")
  func followsChanges() throws {
    var random = RandomCollection(seed: 3)
    var index = KeywordIndex()
    let query = KeywordQuery(terms: ["w1", "w3", "w3", "w15"])
    try index.add(random.documents(0..<600, vocabulary: 50, longest: 30))
    try check(index, query)
    let before = index
    let found = try before.search(query, count: 20)
    try index.add(random.documents(500..<900, vocabulary: 50, longest: 60))
    try check(index, query)
    try index.remove((0..<900).filter { $0 % 3 == 1 })
    try check(index, query)
    index.ranking.saturation = 2
    try check(index, query)
    try index.compact()
    try check(index, query)
    // The copy still finds what was there when it was made.
    #expect(try before.search(query, count: 20) == found)
  }

  @Test("terms of every frequency are added or looked up to the same bits, over several windows of documents")
  func manyWindows() throws {
    // Term n stands in one document of 2^n, as often as the document's number says.
    let documents = (0..<70_000).map { number in
      var terms: [String] = []
      for exponent in 0..<12 where number.isMultiple(of: 1 << exponent) || number % 97 == exponent {
        terms += Array(repeating: "t\(exponent)", count: 1 + (number >> 3) % (exponent + 2))
      }
      return KeywordDocument(id: Int64(70_000 - number), content: .terms(terms))
    }
    var index = KeywordIndex()
    try index.add(documents)
    let repeating = (0..<40).map { "t\($0 % 13)" }
    let queries = [
      repeating, ["t0"], ["t0", "t1"], ["t11", "t0"], ["t9", "t2", "t1", "t0"], ["t11", "t10", "t9", "t8"],
    ]
    for terms in queries { try check(index, KeywordQuery(terms: terms)) }
    let odd = Set((0..<Int64(70_000)).filter { !$0.isMultiple(of: 2) })
    try check(index, KeywordQuery(terms: ["t9", "t2", "t0"]), .except(odd))
    try check(index, KeywordQuery(terms: ["t9", "t2", "t0"]), .only([1, 2, 69_000, 35_000]))
    try index.remove(30_000..<40_000)
    try check(index, KeywordQuery(terms: ["t11", "t3", "t0"], excluded: ["t5"]))
  }

  @Test("terms are told apart by their bytes, also where strings are equal that are written differently")
  func canonicallyEqualTerms() throws {
    let (composed, combined) = ("caf\u{E9}", "cafe\u{301}")
    #expect(composed == combined)
    var index = KeywordIndex()
    try index.add([
      KeywordDocument(id: 1, content: .terms([composed])), KeywordDocument(id: 2, content: .terms([combined])),
      KeywordDocument(id: 3, content: .terms(["tea"])),
    ])
    #expect(try index.search(KeywordQuery(terms: [composed]), count: 9).map(\.id) == [1])
    #expect(try index.search(KeywordQuery(terms: [combined]), count: 9).map(\.id) == [2])
    for query in [[composed, combined], [combined, composed, combined]] {
      try check(index, KeywordQuery(terms: query))
      #expect(try index.search(KeywordQuery(terms: query), count: 9).map(\.id).sorted() == [1, 2])
    }
  }

  @Test(
    "equal scores come by ascending number, in windows, heaps and several parts alike", arguments: [1, 7, 10, 2500])
  func ties(count: Int) throws {
    var index = KeywordIndex()
    // Three kinds of documents, each with one score; the parts interleave their numbers.
    for start: Int64 in [2, 0, 1] {
      try index.add(
        stride(from: start, to: 9000, by: 3).map { id in
          let kind = (id / 3) % 3
          return KeywordDocument(id: id, content: .terms(["ink", ["stone", "seal", "brush"][Int(kind)]]))
        })
    }
    for terms in [["ink"], ["seal"], ["stone", "ink"], ["brush", "seal", "brush"]] {
      let query = KeywordQuery(terms: terms)
      let found = try index.search(query, count: count)
      #expect(try found == index.searchExhaustively(query, count: count))
      #expect(zip(found, found.dropFirst()).allSatisfy { $0.score > $1.score || $0.id < $1.id })
    }
  }

  @Test(
    "random collections of many sizes, with documents removed and filtered, give what adding everything up gives",
    arguments: [1, 2, 63, 64, 65, 511, 512, 513, 4095, 4097, 4608, 12_500])
  func manySizes(size: Int) throws {
    var random = RandomCollection(seed: UInt64(size))
    var index = KeywordIndex()
    try index.add(random.documents(0..<Int64(size), vocabulary: 30 + size / 4, longest: 12))
    let queries = (0..<12).map { random.terms(count: 1 + $0, of: 30 + size / 4) }
    let some = Set((0..<Int64(size)).filter { _ in random.next(below: 3) == 0 })
    for round in 0..<2 {
      for terms in queries {
        let query = KeywordQuery(terms: terms, excluded: round == 0 ? [] : ["w2"])
        for filter in [KeywordFilter.all, .only(some), .except(some)] {
          let exhaustive = try index.searchExhaustively(query, count: 20, among: filter)
          #expect(try index.searchBlocks(query, count: 20, among: filter) == exhaustive)
          for count in [1, 10, 20] {
            let found = try index.search(query, count: count, among: filter)
            #expect(found == Array(exhaustive.prefix(count)))
          }
        }
      }
      try index.remove((0..<Int64(size)).filter { _ in random.next(below: 4) == 0 })
    }
  }

  @Test("a score is a whole number of units below 2^31, whatever the ranking", arguments: KeywordSearchTests.variants)
  func units(variant: KeywordRanking.Variant) throws {
    for documentCount in [1, 2, 1000, Int(Int32.max)] {
      for saturation in [0, 1.2, 1000] {
        let ranking = KeywordRanking(variant: variant, saturation: saturation)
        let curve = try FrequencyCurve(ranking, documentCount: documentCount, averageLength: 20)
        let greatest = curve.weight(holding: 1) * (curve.factor + curve.offset)
        #expect(greatest < 2_147_483_648)
        #expect(greatest == 0 || greatest > 134_217_728)
      }
    }
  }

  @Test(
    "searches have the same bits on every instruction set, which are those of plain sums",
    arguments: InstructionSet.available)
  func sameBits(set: InstructionSet) throws {
    let kernels = try #require(ScoreKernels(named: set))
    var random = RandomCollection(seed: 8)
    let curve = ScoreCurve(
      weight: 3.7e8, saturation: 1.2, base: 0.25, slope: 0.0371, shift: 0.5, factor: 2.2, offset: 0.1)
    let documentCount = 10_007
    let lengths = (0..<documentCount).map { _ in UInt32(1 + random.next(below: 300)) }
    var sums = [Int64](repeating: 0, count: documentCount)
    var terms: [TimedScoreList] = []
    for (times, spread) in [(1, 1), (2, 3), (1, 40), (3, 200), (1, 5000)] {
      var postings = UnpackedPostings()
      postings.begin(room: documentCount)
      for document in 0..<documentCount where random.next(below: spread) == 0 {
        let frequency = 1 + random.next(below: 9)
        postings.append(document: UInt32(document), frequency: UInt32(frequency))
        let m = curve.base + curve.slope * Double(lengths[document])
        let x = Double(frequency) + curve.shift * m
        let worth = curve.weight * (curve.factor * (x / (x + curve.saturation * m)) + curve.offset)
        sums[document] += Int64(times) * Int64(worth + 0.5)
      }
      let list = ScoreList(postings, lengths: lengths.span.bytes, documentCount: documentCount, curve, kernels)
      #expect(list.byteCount <= ScoreList.byteCount(postings: list.count, documentCount: documentCount))
      terms.append(TimedScoreList(list, times: times))
    }
    let allowed = (0..<(documentCount + 63) / 64).map { _ in UInt64(random.next(below: .max)) }
    for (filter, count) in [(nil, 10), (allowed, 10), (nil, 100), (allowed, 3)] as [([UInt64]?, Int)] {
      let expected = sums.indices.filter { document in
        sums[document] > 0 && (filter.map { $0[document / 64] >> UInt64(document % 64) & 1 == 1 } ?? true)
      }.sorted { (sums[$0], $1) > (sums[$1], $0) }.prefix(count)
      ScoreSearchPool(kernels).borrow { search in
        for threshold in [0, sums[expected[expected.count - 1]]] {
          search.run(terms, documentCount: documentCount, among: filter, count: count, reaching: threshold)
          var found: [(document: Int, score: Int64)] = []
          search.forEachMatch { found.append(($0, $1)) }
          #expect(found.map(\.document) == Array(expected))
          #expect(found.map(\.score) == expected.map { sums[$0] })
        }
      }
    }
  }
}
