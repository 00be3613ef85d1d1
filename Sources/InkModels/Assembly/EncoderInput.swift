/// A sequence for an encoder.
public struct EncoderInput: Sendable, Hashable {
  /// The token ids.
  public var tokens: [Int32]
  /// The kind of each token (which of two texts it belongs to), or empty when all are of the first.
  public var tokenTypes: [Int32]

  /// A sequence of tokens.
  public init(tokens: [Int32], tokenTypes: [Int32] = []) {
    self.tokens = tokens
    self.tokenTypes = tokenTypes
  }

  /// The kind of each token.
  var allTypes: [Int32] { tokenTypes.isEmpty ? Array(repeating: 0, count: tokens.count) : tokenTypes }

  /// What is wrong with a sequence for a model.
  public enum Problem: Sendable, Hashable {
    /// There is no token.
    case empty
    /// More tokens than the model has positions for.
    case tooLong(limit: Int)
    /// An id that is not in the vocabulary.
    case token(Int32)
    /// Kinds that are not one a token.
    case typeCount(Int)
    /// A kind that the model does not know.
    case type(Int32)
  }

  /// The first thing that is wrong, or nil when the model can read the sequence.
  public func check(for spec: EncoderSpec) -> Problem? {
    if tokens.isEmpty { return .empty }
    if let limit = spec.contextLength, tokens.count > limit { return .tooLong(limit: limit) }
    if let token = tokens.first(where: { $0 < 0 || Int($0) >= spec.vocabulary }) { return .token(token) }
    if !tokenTypes.isEmpty, tokenTypes.count != tokens.count { return .typeCount(tokenTypes.count) }
    // A model that does not tell kinds apart ignores them.
    let limit = spec.embedding.tokenTypes
    if limit > 0, let type = tokenTypes.first(where: { $0 < 0 || Int($0) >= limit }) { return .type(type) }
    return nil
  }
}
