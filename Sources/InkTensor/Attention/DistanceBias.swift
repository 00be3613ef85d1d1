/// What attention adds to a score for the distance between key and query: a number for each head and distance, the
/// outermost one beyond the reach (T5's relative positions; Raffel et al., 2020).
///
/// The numbers of a head lie in the order of distances, with a tile's width more on both sides, so that those of any
/// tile are neighbours and no matrix of positions is made.
package struct DistanceBias: Sendable {
  /// The largest distance, in either direction, with a number of its own.
  package let reach: Int
  /// For each head the numbers of ``distances(reach:)``, [heads, distances]. Gradients flow to them.
  package let numbers: Tensor

  private static let tile = KeyValueLayout.tokensPerPage

  /// Query heads.
  package var heads: Int { numbers.shape[0] }

  /// A bias of the numbers for ``distances(reach:)``; a programmer's error if there are others.
  ///
  /// - Parameter numbers: [heads, distances].
  package init(reach: Int, numbers: Tensor) {
    if numbers.shape.rank != 2 || numbers.shape[1] != DistanceBias.width(reach: reach) {
      trap("DistanceBias", "numbers \(numbers.shape) for a reach of \(reach)")
    }
    self.reach = reach
    self.numbers = numbers
  }

  /// A bias from a function of head and distance (the key's position minus the query's), asked for distances from
  /// `-reach` to `reach`.
  package init(heads: Int, reach: Int, _ number: (_ head: Int, _ distance: Int) -> Float) {
    let distances = DistanceBias.distances(reach: reach)
    let numbers = (0..<heads).flatMap { head in distances.map { number(head, $0) } }
    self.init(reach: reach, numbers: Tensor(numbers, shape: [heads, distances.count]))
  }

  /// The distances of a head's numbers, in order: those of the margins are the outermost one.
  package static func distances(reach: Int) -> [Int] {
    (-reach - tile...reach + tile).map { min(max($0, -reach), reach) }
  }

  private static func width(reach: Int) -> Int { 2 * (reach + tile) + 1 }

  /// Hands over the numbers of a tile of keys, the first of which is `firstDistance` away from the query.
  func withTile(of head: Int, firstDistance: Int, _ body: (UnsafePointer<Float>) -> Void) {
    withNumbers { body($0 + place(of: head, firstDistance: firstDistance)) }
  }

  /// Hands over all numbers; those of a tile begin at ``place(of:firstDistance:)``.
  func withNumbers(_ body: (UnsafePointer<Float>) -> Void) {
    body(numbers.floats)
    withExtendedLifetime(numbers) {}
  }

  /// Where the numbers of a tile of keys begin, the first of which is `firstDistance` away from the query.
  func place(of head: Int, firstDistance: Int) -> Int {
    let span = reach + DistanceBias.tile
    // Behind the reach all numbers of a tile are the same, wherever in the margin they are read.
    return head * (2 * span + 1) + min(max(firstDistance, -span), reach + 1) + span
  }
}
