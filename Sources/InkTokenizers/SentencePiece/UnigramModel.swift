/// The most probable cut of a text into tokens of a unigram language model (Kudo 2018), by dynamic programming over a tree
/// of the tokens: each place is visited once, and looks ahead no further than the longest token.
struct UnigramModel: Sendable {
  /// The reference whose results are reproduced; they differ in the last digits and in what follows from them.
  enum Rules: Sendable {
    /// SentencePiece: sums in single precision, counted from zero again when they grow large.
    case singlePrecision
    /// The `tokenizers` library and llama.cpp: sums in double precision.
    case doublePrecision
  }

  /// How the tokens of a run of unknown characters are found.
  enum UnknownRuns: Sendable {
    /// Byte by byte where there are byte tokens, else one unknown token for the run.
    case bytesOrOneToken
    /// The run as a whole may be a token; only then its bytes, only then the unknown token.
    case wholeRunFirst
  }

  var vocabulary: Vocabulary
  let trie: PieceTrie
  /// By id.
  let scores: [Double]
  /// Tokens `<0x00>` to `<0xFF>` by byte (-1: absent), if the model falls back to bytes.
  let byteTokens: [TokenID]?
  /// Without one, characters that no token spells are left out.
  let unknown: TokenID?
  let unknownScore: Double
  let rules: Rules
  let unknownRuns: UnknownRuns

  /// How much less an unknown character counts than the least probable token.
  static let unknownPenalty = 10.0
  /// SentencePiece's limit for a sum, in its last release.
  private static let largestSum = 100_000.0

  /// The best way to each place of a text.
  struct Paths: Sendable {
    fileprivate var scores: [Double] = []
    /// The token that ends here and where it begins; -1 where no path leads.
    fileprivate var tokens: [TokenID] = []
    fileprivate var starts: [Int32] = []
    /// Steps taken in the tree, for tests of how work grows.
    fileprivate(set) var steps = 0
    /// The found tokens, last one first.
    fileprivate var found: [(id: TokenID, start: Int, end: Int)] = []

    /// The memory of the arrays.
    var byteCount: Int {
      scores.capacity * 8 + tokens.capacity * 4 + starts.capacity * 4
        + found.capacity * MemoryLayout<(id: TokenID, start: Int, end: Int)>.stride
    }

    fileprivate mutating func begin(_ size: Int) {
      scores.removeAll(keepingCapacity: true)
      tokens.removeAll(keepingCapacity: true)
      starts.removeAll(keepingCapacity: true)
      found.removeAll(keepingCapacity: true)
      scores.append(contentsOf: repeatElement(0, count: size))
      tokens.append(contentsOf: repeatElement(-1, count: size))
      starts.append(contentsOf: repeatElement(-1, count: size))
    }

    fileprivate mutating func offer(_ score: Double, _ token: TokenID, from start: Int, to end: Int) {
      guard starts[end] < 0 || score > scores[end] else { return }
      scores[end] = score
      tokens[end] = token
      starts[end] = Int32(truncatingIfNeeded: start)
    }
  }

  /// Splits a text into tokens, which stay in the workspace.
  func encode(_ text: [UInt8], start: Int, end: Int, _ workspace: inout MergeWorkspace) {
    workspace.begin(symbols: end - start)
    findPaths(text.span, start, end, &workspace.paths)
    var at = end - start
    while at > 0 {
      // Every character makes a step of its own, so a path leads back from each place that was reached.
      let from = Int(workspace.paths.starts[at])
      guard from >= 0, from < at else { break }
      workspace.paths.found.append((workspace.paths.tokens[at], from, at))
      at = from
    }
    write(text, start, &workspace)
  }

  private func findPaths(_ text: Span<UInt8>, _ start: Int, _ end: Int, _ paths: inout Paths) {
    let size = end - start
    paths.begin(size + 1)
    var at = 0
    var frontier = 0
    while at < size {
      if rules == .singlePrecision, abs(paths.scores[at]) > Self.largestSum {
        let sum = paths.scores[at]
        for place in at...max(frontier, at) where place == at || paths.starts[place] >= 0 {
          paths.scores[place] = rounded(paths.scores[place] - sum)
        }
      }
      let sum = paths.scores[at]
      let width = UTF8Reader.scalar(text, at: start + at, end: end).width
      var isSpelled = false
      var node = 0
      var next = at
      while next < size {
        node = trie.child(of: node, text[start + next])
        paths.steps &+= 1
        if node < 0 { break }
        next += 1
        let token = trie.value(at: node)
        guard token >= 0 else { continue }
        paths.offer(rounded(scores[Int(token)] + sum), token, from: at, to: next)
        frontier = max(frontier, next)
        if next - at == width { isSpelled = true }
      }
      if !isSpelled {
        paths.offer(rounded(unknownScore + sum), unknown ?? -1, from: at, to: at + width)
        frontier = max(frontier, at + width)
      }
      at += width
    }
  }

  /// The sum of two floats, rounded to double and then to single, is the float that single precision gives.
  @inline(__always)
  private func rounded(_ value: Double) -> Double {
    switch rules {
    case .singlePrecision: Double(Float(value))
    case .doublePrecision: value
    }
  }

  // MARK: From a path to tokens

  private func write(_ text: [UInt8], _ start: Int, _ workspace: inout MergeWorkspace) {
    let found = workspace.paths.found
    var index = found.count - 1
    while index >= 0 {
      let token = found[index]
      guard token.id < 0 || token.id == unknown else {
        workspace.append(token.id, start: token.start)
        index -= 1
        continue
      }
      var stop = token.end
      index -= 1
      while index >= 0, found[index].id < 0 || found[index].id == unknown {
        stop = found[index].end
        index -= 1
      }
      writeUnknown(text, start, token.start..<stop, &workspace)
    }
  }

  private func writeUnknown(
    _ text: [UInt8], _ start: Int, _ run: Range<Int>, _ workspace: inout MergeWorkspace
  ) {
    if case .wholeRunFirst = unknownRuns {
      let id = vocabulary.find(text.span.bytes, at: start + run.lowerBound, count: run.count)
      if id >= 0 { return workspace.append(id, start: run.lowerBound) }
    }
    if let byteTokens, run.allSatisfy({ byteTokens[Int(text[start + $0])] >= 0 }) {
      for index in run {
        let place = unknownRuns == .wholeRunFirst ? run.lowerBound : index
        workspace.append(byteTokens[Int(text[start + index])], start: place)
      }
      return
    }
    if let unknown { workspace.append(unknown, start: run.lowerBound) }
  }
}
