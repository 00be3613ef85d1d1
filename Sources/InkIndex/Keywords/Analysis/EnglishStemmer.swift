/// Reduces English words to stems.
///
/// The English stemmer of Snowball 3 (Porter2): M. F. Porter, "Snowball: A language for stemming algorithms" (2001), with
/// the exceptions that the project has added since. Written from its description.
struct EnglishStemmer {
  /// The word in UTF-8; a `y` that counts as a consonant is written `Y` while the steps run.
  private var word: [UInt8]
  /// Where the regions R1 and R2 of the algorithm begin.
  private var firstRegion = 0
  private var secondRegion = 0

  private init(_ word: [UInt8]) { self.word = word }

  /// The stem of a word in lower case.
  static func stem(_ word: [UInt8]) -> [UInt8] {
    if let exception = EnglishSuffixes.exceptions[word] { return exception }
    var stemmer = EnglishStemmer(word)
    guard stemmer.characterCount(before: word.count) >= 3 else { return word }
    stemmer.markConsonants()
    stemmer.markRegions()
    stemmer.removePlural()
    stemmer.removePastAndProgressive()
    stemmer.replaceFinalY()
    stemmer.replaceDoubleSuffix()
    stemmer.replaceNominalSuffix()
    stemmer.removeResidualSuffix()
    stemmer.removeFinalE()
    return stemmer.word.map { $0 == UInt8(ascii: "Y") ? UInt8(ascii: "y") : $0 }
  }

  // MARK: Letters

  private static func isVowel(_ letter: UInt8) -> Bool {
    switch letter {
    case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"),
      UInt8(ascii: "y"):
      true
    default: false
    }
  }

  private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

  private func characterCount(before end: Int) -> Int {
    word[..<end].reduce(0) { $0 + (EnglishStemmer.isContinuation($1) ? 0 : 1) }
  }

  private func hasVowel(before end: Int) -> Bool { end > 0 && word[..<end].contains(where: EnglishStemmer.isVowel) }

  private func isVowel(at place: Int) -> Bool { EnglishStemmer.isVowel(word[place]) }

  /// Whether the word up to `end` closes with a short syllable: a vowel between consonants of which the last is none of
  /// w, x, Y, or a vowel that begins the word and a consonant.
  private func endsShort(_ end: Int) -> Bool {
    if end >= 3, !isVowel(at: end - 1), isVowel(at: end - 2), !isVowel(at: end - 3) {
      let last = word[end - 1]
      if last != UInt8(ascii: "w"), last != UInt8(ascii: "x"), last != UInt8(ascii: "Y") { return true }
    }
    if end == 2, !isVowel(at: 1), isVowel(at: 0) { return true }
    return end >= 4 && word[(end - 4)..<end].elementsEqual("past".utf8)
  }

  // MARK: Preparation

  private mutating func markConsonants() {
    if word.first == UInt8(ascii: "'") { word.removeFirst() }
    for place in word.indices where word[place] == UInt8(ascii: "y") {
      if place == 0 || isVowel(at: place - 1) { word[place] = UInt8(ascii: "Y") }
    }
  }

  private mutating func markRegions() {
    firstRegion = word.count
    secondRegion = word.count
    let prefix = EnglishSuffixes.wholePrefixes.first { word.starts(with: $0) }
    guard let first = prefix?.count ?? regionStart(from: 0) else { return }
    firstRegion = first
    if let second = regionStart(from: first) { secondRegion = second }
  }

  /// The place after the first consonant that follows a vowel.
  private func regionStart(from start: Int) -> Int? {
    guard let vowel = word[start...].firstIndex(where: EnglishStemmer.isVowel),
      var place = word[(vowel + 1)...].firstIndex(where: { !EnglishStemmer.isVowel($0) })
    else { return nil }
    repeat { place += 1 } while place < word.count && EnglishStemmer.isContinuation(word[place])
    return place
  }

  // MARK: Steps

  /// Step 1a.
  private mutating func removePlural() {
    if let possessive = EnglishSuffixes.possessive.longest(in: word) { word.removeLast(possessive.length) }
    guard let found = EnglishSuffixes.plural.longest(in: word) else { return }
    let start = word.count - found.length
    switch found.rule {
    case .cut: word.removeLast(2)
    case .keep: break
    case .afterVowel: if hasVowel(before: start - 1) { word.removeLast() }
    case .toI: word.removeLast(characterCount(before: start) >= 2 ? 2 : 1)
    }
  }

  /// Step 1b.
  private mutating func removePastAndProgressive() {
    guard let found = EnglishSuffixes.past.longest(in: word) else { return }
    let start = word.count - found.length
    switch found.rule {
    case .double:
      if firstRegion <= start, !EnglishSuffixes.keepsEed.contains(where: { word[..<start].elementsEqual($0) }) {
        word.removeLast(word.count - start - 2)
      }
      return
    case .progressive:
      if EnglishSuffixes.keepsIng.contains(where: { word[..<start].elementsEqual($0) }) { return }
      if start >= 2, word[start - 1] == UInt8(ascii: "y"), characterCount(before: start) == 2, !isVowel(at: start - 2) {
        word.removeLast(word.count - start + 1)
        word.append(contentsOf: "ie".utf8)
        return
      }
    case .past: break
    }
    guard hasVowel(before: start) else { return }
    word.removeLast(found.length)
    repairEnding()
  }

  /// What step 1b does to a word that has lost its ending: hop(p)ing, hop(e)d.
  private mutating func repairEnding() {
    switch EnglishSuffixes.repaired.longest(in: word)?.rule {
    case .addE: word.append(UInt8(ascii: "e"))
    case .undouble:
      let first = word[0]
      let isWhole =
        word.count == 3 && (first == UInt8(ascii: "a") || first == UInt8(ascii: "e") || first == UInt8(ascii: "o"))
      if !isWhole { word.removeLast() }
    case nil:
      if word.count == firstRegion, endsShort(word.count) {
        word.append(UInt8(ascii: "e"))
      }
    }
  }

  /// Step 1c.
  private mutating func replaceFinalY() {
    let last = word.count - 1
    guard last >= 2, word[last] == UInt8(ascii: "y") || word[last] == UInt8(ascii: "Y"), !isVowel(at: last - 1),
      characterCount(before: last) >= 2
    else { return }
    word[last] = UInt8(ascii: "i")
  }

  /// Step 2.
  private mutating func replaceDoubleSuffix() {
    guard let found = EnglishSuffixes.double.longest(in: word) else { return }
    let start = word.count - found.length
    guard firstRegion <= start else { return }
    switch found.rule {
    case .becomes(let replacement): replace(found.length, with: replacement)
    case .afterL(let replacement):
      if start > 0, word[start - 1] == UInt8(ascii: "l") { replace(found.length, with: replacement) }
    case .afterValidLetter:
      if start > 0, EnglishSuffixes.lettersBeforeLi.contains(word[start - 1]) { word.removeLast(found.length) }
    }
  }

  /// Step 3.
  private mutating func replaceNominalSuffix() {
    guard let found = EnglishSuffixes.nominal.longest(in: word) else { return }
    let start = word.count - found.length
    guard firstRegion <= start else { return }
    switch found.rule {
    case .becomes(let replacement): replace(found.length, with: replacement)
    case .cutInSecondRegion: if secondRegion <= start { word.removeLast(found.length) }
    }
  }

  /// Step 4.
  private mutating func removeResidualSuffix() {
    guard let found = EnglishSuffixes.residual.longest(in: word) else { return }
    let start = word.count - found.length
    guard secondRegion <= start else { return }
    switch found.rule {
    case .cut: word.removeLast(found.length)
    case .afterSOrT:
      if start > 0, word[start - 1] == UInt8(ascii: "s") || word[start - 1] == UInt8(ascii: "t") {
        word.removeLast(found.length)
      }
    }
  }

  /// Step 5.
  private mutating func removeFinalE() {
    let start = word.count - 1
    guard start >= 0 else { return }
    if word[start] == UInt8(ascii: "e") {
      if secondRegion <= start || (firstRegion <= start && !endsShort(start)) { word.removeLast() }
    } else if word[start] == UInt8(ascii: "l"), secondRegion <= start, start > 0, word[start - 1] == UInt8(ascii: "l") {
      word.removeLast()
    }
  }

  private mutating func replace(_ length: Int, with replacement: [UInt8]) {
    word.removeLast(length)
    word.append(contentsOf: replacement)
  }
}
