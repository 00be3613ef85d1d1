internal import InkTokenizers

/// Which tokens are masked, and by what (Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers for
/// Language Understanding", 2019; whole words as in Cui et al., "Pre-Training with Whole Word Masking for Chinese BERT",
/// 2021).
public struct TokenMasking: Sendable, Hashable {
  /// What is masked together.
  public enum Unit: Sendable, Hashable {
    /// Single tokens.
    case tokens
    /// All tokens of a word.
    case words(WordFinder)
  }

  /// The share of tokens that are predicted.
  public var share: Double
  /// Of these, the share that is replaced by the mask token.
  public var maskedShare: Double
  /// Of these, the share that is replaced by any token; the others stay.
  public var replacedShare: Double
  /// What is masked together.
  public var unit: Unit

  /// BERT's shares unless told otherwise.
  public init(share: Double = 0.15, maskedShare: Double = 0.8, replacedShare: Double = 0.1, unit: Unit = .tokens) {
    self.share = share
    self.maskedShare = maskedShare
    self.replacedShare = replacedShare
    self.unit = unit
  }

  func check() throws(DataError) {
    guard share > 0, share <= 1, maskedShare >= 0, replacedShare >= 0, maskedShare + replacedShare <= 1 + 1e-9 else {
      throw DataError(
        .invalidSetting, context: "masking", expected: "a share above 0 and at most 1, and parts of at most 1 together",
        found: "\(share), \(maskedShare) and \(replacedShare)")
    }
  }

  /// The places to predict, in random order of words: as many tokens as the share says, at least one. A word that no
  /// longer fits is passed over, unless it is the first.
  func chosen(_ groups: [[Int]], _ random: inout CountedRandom) -> [Int] {
    let total = groups.reduce(0) { $0 + $1.count }
    let budget = max(Int((share * Double(total)).rounded()), 1)
    var order = Array(groups.indices)
    for last in stride(from: order.count - 1, to: 0, by: -1) {
      order.swapAt(last, random.nextInteger(below: last + 1))
    }
    var places: [Int] = []
    for index in order {
      if places.count >= budget { break }
      if !places.isEmpty, places.count + groups[index].count > budget { continue }
      places += groups[index]
    }
    return places
  }

  /// The tokens that are masked together, without those that stand around a text.
  func groups(_ encoding: Encoding, of text: String, isSpecial: (TokenID) -> Bool) -> [[Int]] {
    let places = encoding.ids.indices.filter { !isSpecial(encoding.ids[$0]) && !encoding.offsets[$0].isEmpty }
    switch unit {
    case .tokens: return places.map { [$0] }
    case .words(let finder):
      let words = finder.words(of: text)
      var groups: [[Int]] = []
      var last: Int?
      for place in places {
        // A token may begin with the space before its word, never with one behind it.
        let character = encoding.offsets[place].upperBound - 1
        let word = words.indices.contains(character) ? words[character] : -1
        if let last, word == last, word >= 0 {
          groups[groups.count - 1].append(place)
        } else {
          groups.append([place])
        }
        last = word
      }
      return groups
    }
  }
}
