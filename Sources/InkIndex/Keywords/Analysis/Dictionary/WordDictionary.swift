/// Chinese words with their frequencies, by which runs of Han characters are cut.
///
/// A run is cut where the product of the words' relative frequencies is greatest, as jieba does it without its hidden
/// Markov model (`cut(text, HMM=False)`), to the same words. Copies share the table.
public struct WordDictionary: Sendable {
  /// The file's content in short, part of what makes two analyzers the same.
  let fingerprint: UInt64
  private let trie: WordTrie
  /// The logarithm of the sum of all frequencies.
  private let totalLogarithm: Double

  init(trie: WordTrie, totalLogarithm: Double, fingerprint: UInt64) {
    self.trie = trie
    self.totalLogarithm = totalLogarithm
    self.fingerprint = fingerprint
  }

  /// The number of words.
  public var wordCount: Int { trie.wordCount }

  /// The words of a text of Han characters alone; together they are the text.
  public func cut(_ text: String) -> [String] {
    let scalars = text.unicodeScalars.map(\.value)
    return cut(scalars).map { range in
      var bytes: [UInt8] = []
      for value in scalars[range] { UTF8Decoder.append(value, to: &bytes) }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// Whether these characters are a word.
  func contains(_ characters: ArraySlice<UInt32>) -> Bool {
    var node = WordTrie.root
    for character in characters {
      guard let next = trie.child(of: node, for: character) else { return false }
      node = next
    }
    return trie.logarithm(at: node) != nil
  }

  /// Cuts a run into words: the most probable path, found from the end. Of equally probable ones the longer first word
  /// counts.
  func cut(_ characters: [UInt32]) -> [Range<Int>] {
    let count = characters.count
    var best = [Double](repeating: 0, count: count + 1)  // logarithm of the best path from here
    var ends = [Int](repeating: 0, count: count)  // where its first word ends
    for start in stride(from: count - 1, through: 0, by: -1) {
      var found = -Double.infinity
      var foundEnd = start + 1
      var node = WordTrie.root
      var place = start
      while place < count, let next = trie.child(of: node, for: characters[place]) {
        node = next
        place += 1
        guard let logarithm = trie.logarithm(at: node) else { continue }
        let total = logarithm - totalLogarithm + best[place]
        if total >= found {
          found = total
          foundEnd = place
        }
      }
      // What the dictionary does not know counts as seen once.
      best[start] = found == -.infinity ? best[start + 1] - totalLogarithm : found
      ends[start] = foundEnd
    }
    var words: [Range<Int>] = []
    var start = 0
    while start < count {
      words.append(start..<ends[start])
      start = ends[start]
    }
    return words
  }
}
