/// Learns merges from counted words: the most frequent pair of neighbouring tokens becomes a token, again and again
/// (Sennrich et al. 2016).
///
/// A merge touches only the words that a list names for its pair. Counts of pairs are brought up to date by what
/// changes in these words, and a queue yields the next pair; a candidate whose count has changed since it was queued
/// goes back with its count of now. Of equally frequent pairs the one with the smaller ids comes first, as in the
/// reference library, whose merges these are also where a merge spells a token that is there.
struct MergeLearner {
  /// What happens with a merge whose union is a token already.
  enum RepeatedTokens {
    /// It is learned too and yields the token that is there, as the reference library's trainer does.
    case shared
    /// It is left out, so that every merge makes a token of its own.
    case leftOut
  }

  /// The spelling of every token in the byte alphabet, by id; empty where the vocabulary skips an id.
  private(set) var tokens: [[UInt8]]
  private let repeated: RepeatedTokens
  private let scope: ExpansionScope
  private let minimumFrequency: Int
  private var ids: [[UInt8]: TokenID] = [:]

  /// The tokens of all words, each word in a stretch of its own that it fills less and less.
  private var symbols: [TokenID] = []
  private var starts: [Int] = []
  private var lengths: [Int] = []
  private var frequencies: [Int] = []

  private var pairs = PairCounts()
  private var queue = MergeHeap<PairCandidate>()
  /// The words in which a candidate's pair stands, by the candidate's `entry`.
  private var words: [[Int32]] = []
  /// For each pair the place in `words` that is being filled, or -1.
  private var openEntries: [Int32] = []
  /// The pairs whose entries are being filled.
  private var openPairs: [Int] = []

  /// - Parameters:
  ///   - tokens: the spellings of the tokens that are there, by id.
  ///   - minimumFrequency: how often a pair must occur to be merged.
  ///   - repeated: what happens with merges whose union is a token already.
  ///   - scope: which unions may become tokens.
  init(tokens: [[UInt8]], minimumFrequency: Int, repeated: RepeatedTokens, scope: ExpansionScope = .anyText) {
    self.tokens = tokens
    self.repeated = repeated
    self.scope = scope
    self.minimumFrequency = max(minimumFrequency, 1)
    for (id, token) in tokens.enumerated() where !token.isEmpty { ids[token] = TokenID(id) }
  }

  /// Adds a word that occurs `frequency` times, as the tokens that it consists of.
  mutating func add(word: some Sequence<TokenID>, frequency: Int) {
    let start = symbols.count
    symbols.append(contentsOf: word)
    let length = symbols.count - start
    guard length > 1 else {
      symbols.removeLast(length)
      return
    }
    starts.append(start)
    lengths.append(length)
    frequencies.append(frequency)
  }

  /// Learns until there are `limit` tokens.
  mutating func learn(upTo limit: Int) -> (merges: [BytePairMerge], ending: TrainingEnding) {
    countPairs()
    var merges: [BytePairMerge] = []
    while tokens.count < limit {
      guard var candidate = queue.pop() else { return (merges, .textsExhausted) }
      let count = pairs.counts[pairs.index(of: candidate.pair)]
      if count != candidate.count {
        candidate.count = count
        queue.push(candidate)
        continue
      }
      guard count >= minimumFrequency else { return (merges, .textsExhausted) }
      let positions = words[candidate.entry]
      words[candidate.entry] = []
      let left = TokenID(truncatingIfNeeded: candidate.pair >> 32)
      let right = TokenID(truncatingIfNeeded: candidate.pair)
      guard let merged = union(left, right) else { continue }
      let merge = BytePairMerge(left: left, right: right, merged: merged)
      merges.append(merge)
      for word in positions { apply(merge, to: Int(word)) }
      queueOpenPairs()
    }
    return (merges, .vocabularyFull)
  }

  /// The token that two tokens become; nil if they stay apart.
  private mutating func union(_ left: TokenID, _ right: TokenID) -> TokenID? {
    let spelling = tokens[Int(left)] + tokens[Int(right)]
    if let known = ids[spelling] {
      switch repeated {
      case .shared: return known
      case .leftOut: return nil
      }
    }
    switch scope {
    case .anyText: break
    case .beyondASCII:
      guard ByteAlphabet.decode(spelling)?.contains(where: { $0 >= 0x80 }) == true else { return nil }
    }
    let id = TokenID(tokens.count)
    tokens.append(spelling)
    ids[spelling] = id
    return id
  }

  private mutating func countPairs() {
    for word in 0..<starts.count {
      let start = starts[word]
      for at in start..<start + lengths[word] - 1 {
        gain(symbols[at], symbols[at + 1], frequencies[word], Int32(word))
      }
    }
    queueOpenPairs()
  }

  /// Merges a pair wherever it stands in a word, from left to right.
  private mutating func apply(_ merge: BytePairMerge, to word: Int) {
    let frequency = frequencies[word]
    let start = starts[word]
    let end = start + lengths[word]
    var read = start
    var write = start
    while read < end {
      guard symbols[read] == merge.left, read + 1 < end, symbols[read + 1] == merge.right else {
        symbols[write] = symbols[read]
        read += 1
        write += 1
        continue
      }
      if write > start {
        lose(symbols[write - 1], merge.left, frequency)
        gain(symbols[write - 1], merge.merged, frequency, Int32(word))
      }
      if read + 2 < end {
        lose(merge.right, symbols[read + 2], frequency)
        gain(merge.merged, symbols[read + 2], frequency, Int32(word))
      }
      symbols[write] = merge.merged
      read += 2
      write += 1
    }
    lengths[word] = write - start
  }

  private mutating func lose(_ left: TokenID, _ right: TokenID, _ frequency: Int) {
    pairs.counts[pairs.index(of: MergeTable.key(left, right))] -= frequency
  }

  private mutating func gain(_ left: TokenID, _ right: TokenID, _ frequency: Int, _ word: Int32) {
    let pair = pairs.index(of: MergeTable.key(left, right))
    pairs.counts[pair] += frequency
    if pair >= openEntries.count {
      openEntries.append(contentsOf: repeatElement(-1, count: pairs.counts.count - openEntries.count))
    }
    if openEntries[pair] < 0 {
      openEntries[pair] = Int32(words.count)
      openPairs.append(pair)
      words.append([word])
    } else if words[Int(openEntries[pair])].last != word {
      words[Int(openEntries[pair])].append(word)
    }
  }

  /// Makes candidates of the pairs whose lists of words are complete.
  private mutating func queueOpenPairs() {
    for pair in openPairs {
      let entry = Int(openEntries[pair])
      openEntries[pair] = -1
      if pairs.counts[pair] > 0 {
        queue.push(PairCandidate(count: pairs.counts[pair], pair: pairs.pairs[pair], entry: entry))
      } else {
        words[entry] = []
      }
    }
    openPairs.removeAll(keepingCapacity: true)
  }
}
