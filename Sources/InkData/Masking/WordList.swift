/// Words of a language that is written without spaces.
public struct WordList: Sendable, Hashable {
  private let words: Set<String>
  private let longest: Int

  /// A list of words; those of one character change nothing.
  public init(_ words: some Sequence<String>) {
    let several = words.filter { $0.unicodeScalars.count > 1 }
    self.words = Set(several)
    longest = several.reduce(1) { max($0, $1.unicodeScalars.count) }
  }

  /// Cuts characters into words of the list and single characters.
  ///
  /// The longest words are taken from the front and from the back; the cut with fewer words wins, then the one with fewer
  /// single characters, then the one from the back (bidirectional maximum matching).
  func cut(_ characters: [Unicode.Scalar]) -> [Range<Int>] {
    let forward = self.forward(characters)
    let backward = self.backward(characters)
    func cost(_ cut: [Range<Int>]) -> (Int, Int) { (cut.count, cut.filter { $0.count == 1 }.count) }
    return cost(forward) < cost(backward) ? forward : backward
  }

  private func forward(_ characters: [Unicode.Scalar]) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var start = 0
    while start < characters.count {
      var end = min(start + longest, characters.count)
      while end > start + 1, !isWord(characters[start..<end]) { end -= 1 }
      result.append(start..<end)
      start = end
    }
    return result
  }

  private func backward(_ characters: [Unicode.Scalar]) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var end = characters.count
    while end > 0 {
      var start = max(end - longest, 0)
      while start < end - 1, !isWord(characters[start..<end]) { start += 1 }
      result.append(start..<end)
      end = start
    }
    return result.reversed()
  }

  private func isWord(_ characters: ArraySlice<Unicode.Scalar>) -> Bool {
    words.contains(String(String.UnicodeScalarView(characters)))
  }
}
