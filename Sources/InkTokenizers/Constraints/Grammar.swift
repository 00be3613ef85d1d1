/// The texts that an answer may be: a context-free grammar over the bytes of UTF-8, compiled.
///
/// A grammar comes from GBNF, a regular expression, a JSON Schema, a list of choices or `GrammarPart`s with literals
/// around them. It does not change and may be used from any number of threads. `TokenConstraint` follows it token by
/// token.
///
/// ```swift
/// let grammar = try Grammar(regularExpression: "[0-9]{4}-[0-9]{2}")
/// ```
///
/// Rules that begin with themselves are refused; all other grammars are followed, ambiguous ones too.
public struct Grammar: Sendable {
  let network: TransitionNetwork

  /// The length of the shortest text of the grammar, in bytes.
  public var shortestByteCount: Int { Int(network.distance[Int(network.start)]) }

  /// Whether a text belongs to the grammar.
  ///
  /// - Throws: `GrammarError` if following the text exceeds the limits of ambiguity.
  public func matches(_ text: String) throws(GrammarError) -> Bool {
    try matches(bytes: Array(text.utf8))
  }

  /// Whether bytes belong to the grammar.
  ///
  /// - Throws: `GrammarError` if following them exceeds the limits of ambiguity.
  public func matches(bytes: [UInt8]) throws(GrammarError) -> Bool {
    var machine = ParseMachine(network)
    var state = machine.start
    for byte in bytes {
      state = machine.next(state, byte)
      try machine.checkWork()
      if state == ParseMachine.dead { return false }
    }
    return machine.isComplete(state)
  }
}
