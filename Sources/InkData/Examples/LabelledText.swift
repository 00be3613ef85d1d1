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
