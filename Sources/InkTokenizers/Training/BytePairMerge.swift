/// One learned merge: two neighbouring tokens and the token that they become.
public struct BytePairMerge: Sendable, Hashable {
  /// The id of the left token.
  public var left: TokenID
  /// The id of the right token.
  public var right: TokenID
  /// The id of their union.
  public var merged: TokenID

  /// Makes a merge of its three ids.
  public init(left: TokenID, right: TokenID, merged: TokenID) {
    self.left = left
    self.right = right
    self.merged = merged
  }
}
