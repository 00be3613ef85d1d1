/// Names in a text: words with a capital letter that is not that of a sentence's beginning.
///
/// Scripts without capital letters have none. In a language that writes every noun with one, nouns are names here too.
enum NameReader {
  /// The names in small letters, without an ending such as `'s`.
  static func names(in text: String) -> Set<String> {
    Set(
      split(text).filter { !$0.beginsSentence && $0.word.count > 1 && $0.word.first?.isUppercase == true }
        .map { plain($0.word) })
  }

  /// Every word of a text in the same form.
  static func words(in text: String) -> Set<String> { Set(split(text).map { plain($0.word) }) }

  private static func split(_ text: String) -> [(word: Substring, beginsSentence: Bool)] {
    var found: [(Substring, Bool)] = []
    var beginsSentence = true
    var start: String.Index?
    for index in text.indices {
      let character = text[index]
      if character.isLetter || character.isNumber || (start != nil && (character == "'" || character == "’")) {
        if start == nil { start = index }
        continue
      }
      if let begun = start {
        found.append((text[begun..<index], beginsSentence))
        beginsSentence = false
        start = nil
      }
      if ".!?:\n\"“。！？：".contains(character) { beginsSentence = true }
    }
    if let begun = start { found.append((text[begun...], beginsSentence)) }
    return found
  }

  private static func plain(_ word: Substring) -> String {
    var word = word
    if let mark = word.lastIndex(where: { $0 == "'" || $0 == "’" }), word.distance(from: mark, to: word.endIndex) <= 2 {
      word = word[..<mark]
    }
    return word.lowercased()
  }
}
