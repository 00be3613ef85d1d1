/// Finds the one word of several that an answer says.
enum WordChoice {
  /// The word that is the whole answer, but for case, quotes and a full stop; else the only one that the answer holds
  /// as a word of its own.
  static func find(_ answer: String, among words: [String]) throws(ChainError) -> String {
    let bare = answer.lowercased().trimmingPrefix(while: isEdge)
    let text = String(bare.reversed().drop(while: isEdge).reversed())
    if let word = words.first(where: { $0.lowercased() == text }) { return word }
    let held = words.filter { holds(text, $0.lowercased()) }
    // "not good" holds "good" as well as "not good": the longer one is meant.
    let longest = held.filter { word in
      !held.contains { $0 != word && $0.lowercased().contains(word.lowercased()) }
    }
    guard longest.count == 1 else {
      throw ChainError(
        .unparsable, context: "choice", expected: "one of " + words.joined(separator: ", "),
        found: longest.isEmpty ? "\"\(answer.prefix(80))\"" : longest.joined(separator: " and "))
    }
    return longest[0]
  }

  private static func isEdge(_ character: Character) -> Bool {
    character.isWhitespace || "\"'`*.。!！“”".contains(character)
  }

  /// Whether the text holds the word with no letter or digit at its sides, where the word's own ends are such. Chinese
  /// is written without spaces, so its words may stand anywhere.
  private static func holds(_ text: String, _ word: String) -> Bool {
    guard !word.isEmpty else { return false }
    var rest = text[...]
    while let range = rest.firstRange(of: word) {
      let before = range.lowerBound == text.startIndex ? nil : text[text.index(before: range.lowerBound)]
      let after = range.upperBound == text.endIndex ? nil : text[range.upperBound]
      if !isJoined(before, word.first) && !isJoined(after, word.last) { return true }
      rest = text[text.index(after: range.lowerBound)...]
    }
    return false
  }

  private static func isJoined(_ neighbour: Character?, _ edge: Character?) -> Bool {
    guard let neighbour, let edge, edge.isASCII else { return false }
    return neighbour.isASCII && (neighbour.isLetter || neighbour.isNumber)
  }
}
