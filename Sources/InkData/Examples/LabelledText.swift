/// A text, or a pair of texts, and what it is labelled with.
public struct LabelledText: Sendable, Hashable {
  /// The text, or the first of two.
  public var text: String
  /// The second text of a pair.
  public var secondText: String?
  /// The class or the score.
  public var label: TextLabel

  /// A labelled text.
  public init(text: String, secondText: String? = nil, label: TextLabel) {
    self.text = text
    self.secondText = secondText
    self.label = label
  }
}

/// What a text is labelled with.
public enum TextLabel: Sendable, Hashable {
  /// One of several classes.
  case oneOf(ClassName)
  /// A number to predict.
  case score(Double)
}

/// A class as data sets write it.
public enum ClassName: Sendable, Hashable, CustomStringConvertible {
  case name(String)
  /// The place in the list of classes, from 0.
  case number(Int)

  /// The name or the number.
  public var description: String {
    switch self {
    case .name(let name): name
    case .number(let number): "\(number)"
    }
  }
}
