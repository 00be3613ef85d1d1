/// Something that a person should know of a search that went on all the same.
public enum SearchNote: Sendable, Hashable, CustomStringConvertible {
  /// A question is longer than the embedder reads: its vector is that of its first tokens.
  case questionCut(tokens: Int, of: Int)

  /// A sentence.
  public var description: String {
    switch self {
    case .questionCut(let tokens, let all):
      "The question has \(all) tokens, of which the embedder reads the first \(tokens): the search by meaning knows "
        + "nothing of the rest."
    }
  }
}
