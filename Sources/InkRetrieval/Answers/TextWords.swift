import InkIndex

/// How texts are taken apart into sentences and words when an answer is compared with its sources.
struct TextWords: Sendable {
  /// Byte ranges of the sentences of a text, without the white space around them.
  let sentences: @Sendable (String) -> [Range<Int>]
  /// The words of a text in the form in which they are compared.
  let terms: @Sendable (String) -> [String]

  /// The numbers that stand in a text, digit for digit; separators of thousands are left out.
  static func numbers(in text: String) -> Set<String> {
    var found: Set<String> = []
    var digits = ""
    var characters = Array(text)
    characters.append(" ")
    for (index, character) in characters.enumerated() {
      if character.isASCII, character.isNumber {
        digits.append(character)
      } else if !digits.isEmpty {
        let next = index + 1 < characters.count ? characters[index + 1] : " "
        let continues = (character == "." || character == ",") && next.isASCII && next.isNumber
        if continues {
          if character == "." { digits.append(character) }
        } else {
          found.insert(digits)
          digits = ""
        }
      }
    }
    return found
  }
}
