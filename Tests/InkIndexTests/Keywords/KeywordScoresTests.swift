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

  @Test("scores and sums have the same bits on every instruction set", arguments: InstructionSet.available)
  func sameBits(set: InstructionSet) throws {
    let kernels = try #require(ScoreKernels(named: set))
    let portable = try #require(ScoreKernels(named: .portable))
    var random = RandomCollection(seed: 8)
    let curve = ScoreCurve(
      weight: 3.7e9, saturation: 1.2, base: 0.25, slope: 0.0371, shift: 0.5, factor: 2.2, offset: 0.1)
    let range = 1000..<4333
    var picked: [[Int64]] = []
    for kernels in [kernels, portable] {
      random = RandomCollection(seed: 8)
      var lists: [ScoreList] = []
      for spread in [1, 3, 200] {
        let documents = (0..<UInt32(5000)).filter { _ in random.next(below: spread) == 0 }
        let frequencies = documents.map { _ in UInt32(1 + random.next(below: 9)) }
        let lengths = documents.map { _ in UInt32(1 + random.next(below: 300)) }
        lists.append(
          ScoreList(
            documents: documents, frequencies: frequencies, lengths: lengths, documentCount: 5000, curve, kernels))
      }
      ScoreWindowPool(kernels).borrow { window in
        window.begin(range)
        for list in lists.reversed().prefix(2) {
          let start = list.places(from: 0, below: range.lowerBound).upperBound
          window.add(list, list.places(from: start, below: range.upperBound))
        }
        window.pick(reaching: 1, among: nil)
        #expect(window.count > 900)
        let bound = window.score(ofRank: 40)
        #expect(bound > 0)
        window.lookUp(lists[0], reaching: bound)
        let sums = (0..<window.count).map { window.picked($0) }
        #expect(sums.count >= 40)
        picked.append(sums.flatMap { [Int64($0.document), $0.score] })
        window.end()
      }
    }
    #expect(picked[0] == picked[1])
  }
}
