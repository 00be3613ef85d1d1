/// Takes a text apart into clauses and tells for each whether it denies what it speaks of.
///
/// A heuristic without grammar. Sentence ends, semicolons and words of contrast part clauses. A comma parts them where
/// what follows is more than an item of a list. "And", "or" and "、" part them only where a negation follows: one before
/// them covers both sides. An even number of negations in a clause affirms ("不得不", "never without").
package struct NegationReader {
  /// A stretch of a text with a polarity of its own.
  package struct Clause: Sendable, Hashable {
    /// Its words, whatever parts them left out.
    package var text: String
    /// What it says.
    package var polarity: ClausePolarity
  }

  /// The clauses of a text in order; those without any letter are left out.
  package static func clauses(of text: String) -> [Clause] {
    var reader = NegationReader(text)
    reader.read()
    return reader.joined.compactMap { segment in
      guard segment.text.contains(where: { $0.isLetter || $0.isNumber }) else { return nil }
      return Clause(text: segment.text, polarity: segment.negations % 2 == 1 ? .negated : .affirmed)
    }
  }

  /// What stands before a segment.
  private enum Border {
    /// Parts clauses.
    case end
    /// Parts clauses that are more than an item of a list.
    case comma
    /// Parts clauses where a negation follows.
    case joint
  }

  private struct Segment {
    var border: Border
    var text = ""
    var words = 0
    var negations = 0
  }

  private let characters: [Character]
  private var position = 0
  private var segments = [Segment(border: .end)]
  /// Chinese characters behind each other so far.
  private var run = 0

  private init(_ text: String) { characters = Array(text.lowercased()) }

  /// The segments that one negation covers, put together.
  private var joined: [Segment] {
    var whole: [Segment] = []
    for segment in segments {
      let isPart =
        switch segment.border {
        case .end: false
        case .comma: segment.negations == 0 && segment.words < NegationReader.listItem
        case .joint: segment.negations == 0
        }
      guard isPart, let last = whole.indices.last else {
        whole.append(segment)
        continue
      }
      whole[last].text += " " + segment.text
      whole[last].words += segment.words
    }
    return whole
  }

  /// Words from which on what follows a comma is a clause; a Chinese character counts as half of one.
  private static let listItem = 3

  private mutating func read() {
    while position < characters.count {
      let character = characters[position]
      if character.isASCII, character.isLetter {
        readEnglish()
        run = 0
      } else if character.isLetter {
        readChinese(character)
      } else {
        readMark(character)
        run = 0
      }
    }
  }

  private mutating func begin(_ border: Border) { segments.append(Segment(border: border)) }

  private mutating func take(_ text: some Sequence<Character>, words: Int, negations: Int) {
    let last = segments.count - 1
    segments[last].text.append(contentsOf: text)
    segments[last].words += words
    segments[last].negations += negations
  }

  private mutating func readMark(_ character: Character) {
    position += 1
    switch character {
    case ",", "，": isBetweenDigits ? take([character], words: 0, negations: 0) : begin(.comma)
    case ".", ":": isBetweenDigits ? take([character], words: 0, negations: 0) : begin(.end)
    case ";", "!", "?", "。", "；", "：", "！", "？", "\n": begin(.end)
    case "、": begin(.joint)
    default: take([character], words: character.isNumber && !isBehindNumber ? 1 : 0, negations: 0)
    }
  }

  /// Whether the mark that was just read stands inside a number or an address.
  private var isBetweenDigits: Bool {
    position >= 2 && position < characters.count && characters[position - 2].isNumber && characters[position].isNumber
  }

  private var isBehindNumber: Bool { position >= 2 && characters[position - 2].isNumber }

  private mutating func readEnglish() {
    let word = word(at: position)
    let start = position
    position += word.count
    if NegationWords.englishContrasts.contains(word) { return begin(.end) }
    if NegationWords.englishJoints.contains(word) { begin(.joint) }
    take(characters[start..<position], words: 1, negations: negates(word) ? 1 : 0)
  }

  /// Letters, with apostrophes between them.
  private func word(at start: Int) -> String {
    var word = ""
    var index = start
    while index < characters.count {
      let character = characters[index]
      if character.isASCII, character.isLetter {
        word.append(character)
      } else if character == "'" || character == "’", index + 1 < characters.count, characters[index + 1].isLetter {
        word.append("'")
      } else {
        break
      }
      index += 1
    }
    return word
  }

  private func negates(_ word: String) -> Bool {
    if word.hasSuffix("n't") { return true }
    guard NegationWords.english.contains(word) else { return false }
    // "No. 5" is a number.
    if word == "no", position < characters.count, characters[position] == "." {
      let next = characters[(position + 1)...].first { !$0.isWhitespace }
      if next?.isNumber == true { return false }
    }
    guard position < characters.count, characters[position] == " " else { return true }
    return NegationWords.harmlessBehind[word]?.contains(self.word(at: position + 1)) != true
  }

  private mutating func readChinese(_ character: Character) {
    if let word = match(NegationWords.chineseHarmless) {
      take(word, words: 1, negations: 0)
      position += word.count
    } else if let word = match(NegationWords.chineseContrasts) {
      position += word.count
      begin(.end)
    } else if let word = match(NegationWords.chinese) {
      take(word, words: 1, negations: isChoice ? 0 : 1)
      position += word.count
    } else {
      if match(NegationWords.chineseJoints) != nil { begin(.joint) }
      take([character], words: run % 2 == 0 ? 1 : 0, negations: 0)
      run += 1
      position += 1
    }
  }

  /// Whether a negation asks rather than denies: "是不是", "有没有".
  private var isChoice: Bool {
    position > 0 && position + 1 < characters.count && characters[position - 1] == characters[position + 1]
  }

  private func match(_ words: [[Character]]) -> [Character]? {
    words.first { word in
      position + word.count <= characters.count && characters[position..<position + word.count].elementsEqual(word)
    }
  }
}
