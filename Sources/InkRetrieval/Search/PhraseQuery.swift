/// A query for words, taken apart: what stands in quotation marks is a phrase, whose words a piece must hold one after
/// the other. A mark without its other half is a character like others.
package struct PhraseQuery: Sendable, Hashable {
  /// The query without the marks of its phrases; every word of it counts towards the score.
  package private(set) var words = ""
  /// What stands in the marks.
  package private(set) var phrases: [String] = []

  private static let closings: [Character: Character] = ["\"": "\"", "“": "”", "„": "“", "「": "」", "『": "』", "«": "»"]

  /// Takes a query apart.
  package init(_ query: String) {
    var rest = Substring(query)
    var before: Character?
    while let character = rest.popFirst() {
      if let closing = PhraseQuery.closing(character, after: before), let end = rest.firstIndex(of: closing),
        rest[..<end].contains(where: { !$0.isWhitespace })
      {
        phrases.append(String(rest[..<end]))
        words += " \(rest[..<end]) "
        rest = rest[rest.index(after: end)...]
        before = closing
      } else {
        words.append(character)
        before = character
      }
    }
  }

  /// What ends the phrase that a character begins; nil when it begins none. A straight mark behind a letter or a digit
  /// ends something, or means inches.
  private static func closing(_ character: Character, after before: Character?) -> Character? {
    if character == "\"", let before, before.isLetter || before.isNumber { return nil }
    return closings[character]
  }
}
