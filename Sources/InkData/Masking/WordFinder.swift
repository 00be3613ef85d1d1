/// Finds the words of a text, so that they can be masked whole.
///
/// Letters, digits and marks side by side are a word, any other sign is one by itself, and Chinese characters are cut as
/// ``Chinese`` says.
public struct WordFinder: Sendable, Hashable {
  /// How Chinese characters side by side are cut into words.
  public enum Chinese: Sendable, Hashable {
    /// Each is a word.
    case characters
    /// Two by two.
    case bigrams
    /// By a list of words; what is not in it is cut into characters.
    case words(WordList)
  }

  /// How Chinese characters are cut.
  public let chinese: Chinese

  /// A finder.
  public init(chinese: Chinese = .characters) { self.chinese = chinese }

  /// For each Unicode code point of a text the number of its word, -1 for white space.
  func words(of text: String) -> [Int] {
    let scalars = Array(text.unicodeScalars)
    var result = Array(repeating: -1, count: scalars.count)
    var count = 0
    var index = 0
    while index < scalars.count {
      let kind = Kind(scalars[index])
      var end = index + 1
      switch kind {
      case .space:
        index = end
        continue
      case .sign: break
      case .letter, .chinese: while end < scalars.count, Kind(scalars[end]) == kind { end += 1 }
      }
      for range in kind == .chinese ? cut(Array(scalars[index..<end])) : [0..<end - index] {
        for place in range { result[index + place] = count }
        count += 1
      }
      index = end
    }
    return result
  }

  private func cut(_ characters: [Unicode.Scalar]) -> [Range<Int>] {
    switch chinese {
    case .characters: characters.indices.map { $0..<$0 + 1 }
    case .bigrams: stride(from: 0, to: characters.count, by: 2).map { $0..<min($0 + 2, characters.count) }
    case .words(let list): list.cut(characters)
    }
  }

  private enum Kind {
    case space, sign, letter, chinese

    init(_ scalar: Unicode.Scalar) {
      let properties = scalar.properties
      switch scalar.value {
      // The blocks that encoders for Chinese set apart.
      case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2EBEF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
        self = .chinese
      default:
        if properties.isWhitespace {
          self = .space
        } else if properties.isAlphabetic || properties.numericType != nil || properties.isDiacritic {
          self = .letter
        } else {
          self = .sign
        }
      }
    }
  }
}
