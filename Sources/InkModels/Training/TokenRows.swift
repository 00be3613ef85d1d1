/// Tokens that a model is to get rows for: which old tokens stood in the place of each.
package struct TokenRows: Sendable, Hashable {
  /// How many ids the old tokenizer has; the new ones have the ids from here on.
  package let known: Int
  /// For each new token, the old ones that it consists of; none where nothing old stood for it.
  package let pieces: [[Int]]
  /// The number of rows becomes a multiple of this.
  package let multiple: Int

  package init(known: Int, pieces: [[Int]], multiple: Int = 1) {
    self.known = known
    self.pieces = pieces
    self.multiple = max(multiple, 1)
  }

  /// The rows that a model of so many gets: at least as many as before.
  package func count(after old: Int) -> Int {
    let needed = max(old, known + pieces.count)
    return (needed + multiple - 1) / multiple * multiple
  }
}
