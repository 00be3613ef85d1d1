public import InkTokenizers

/// Tokens that a tokenizer and its model get before a run begins.
public struct VocabularyGrowth: Sendable, Hashable {
  /// How many are added at most.
  public var added: Int
  /// The number of rows of the model becomes a multiple of this.
  public var multiple: Int
  /// For what tokens may be learned.
  public var scope: ExpansionScope

  /// What is added.
  public init(added: Int, multiple: Int = 1, scope: ExpansionScope = .anyText) {
    self.added = added
    self.multiple = multiple
    self.scope = scope
  }
}
