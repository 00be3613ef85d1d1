/// How long a text is to a model.
public struct TextMeasure: Sendable {
  private let count: @Sendable (String) -> Int

  /// A measure by a function, such as a tokenizer's.
  public init(_ count: @escaping @Sendable (String) -> Int) { self.count = count }

  /// Tokens of a text.
  public func tokens(_ text: String) -> Int { count(text) }

  /// An estimate that errs on the long side where no tokenizer is at hand: a token for every three bytes of ASCII and
  /// for every other character.
  public static let estimate = TextMeasure { text in
    var narrow = 0
    var wide = 0
    for scalar in text.unicodeScalars { if scalar.isASCII { narrow += 1 } else { wide += 1 } }
    return (narrow + 2) / 3 + wide
  }
}
