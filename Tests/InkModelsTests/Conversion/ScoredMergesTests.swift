import InkModels
import Testing

@Suite("Merges made of scores")
struct ScoredMergesTests {
  /// The definition: every cut of every piece, looked up.
  private func cuts(_ tokens: [String], _ scores: [Float], parts: Set<Int>, wholes: Set<Int>) -> [[Int]] {
    var found: [(score: Float, pair: [Int])] = []
    for id in tokens.indices where wholes.contains(id) {
      let bytes = Array(tokens[id].utf8)
      var pairs: [[Int]] = []
      for place in bytes.indices.dropFirst() {
        let left = tokens.indices.first { parts.contains($0) && Array(tokens[$0].utf8) == Array(bytes[..<place]) }
        let right = tokens.indices.first { parts.contains($0) && Array(tokens[$0].utf8) == Array(bytes[place...]) }
        if let left, let right { pairs.append([left, right]) }
      }
      found += pairs.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }.map { (scores[id], $0) }
    }
    return found.enumerated().sorted {
      ($1.element.score, $0.offset) < ($0.element.score, $1.offset)
    }.map(\.element.pair)
  }

  @Test("they are all cuts into two pieces, the best first", arguments: 0..<40)
  func agree(seed: UInt64) {
    var state = seed &+ 1
    func draw(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    let letters = ["a", "b", "é", "e\u{301}", "中"]
    var seen: Set<[UInt8]> = []
    var tokens: [String] = []
    for _ in 0..<200 {
      let text = (0...draw(5)).map { _ in letters[draw(letters.count)] }.joined()
      if seen.insert(Array(text.utf8)).inserted { tokens.append(text) }
    }
    let scores = tokens.indices.map { _ in -Float(draw(30)) }
    let parts = Set(tokens.indices.filter { _ in draw(10) > 0 })
    let wholes = Set(parts.filter { _ in draw(10) > 0 })
    let merges = ScoredMerges(
      tokens: tokens, scores: scores, isPart: { parts.contains($0) }, isWhole: { wholes.contains($0) })
    let wanted = cuts(tokens, scores, parts: parts, wholes: wholes)
    #expect(!wanted.isEmpty)
    #expect(merges.pairs.map { [$0.left, $0.right] } == wanted)
  }

  @Test("a piece of a megabyte takes no longer than others", .timeLimit(.minutes(1)))
  func longPiece() {
    let long = String(repeating: "ab", count: 1 << 19)
    let tokens = ["a", "b", "ab", String(long.dropFirst()), long, String(long.dropLast())]
    let merges = ScoredMerges(
      tokens: tokens, scores: [0, 0, -1, -2, -3, -4], isPart: { _ in true }, isWhole: { _ in true })
    #expect(merges.pairs.map { [$0.left, $0.right] } == [[0, 1], [0, 3], [5, 1]])
  }
}
