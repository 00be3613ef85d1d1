/// What attention adds to a score for the distance between key and query: a number for each head and distance, the
/// outermost one beyond the reach (T5's relative positions; Raffel et al., 2020).
///
/// The numbers of a head lie in the order of distances, with a tile's width more on both sides, so that those of any
/// tile are neighbours and no matrix of positions is made.
package struct DistanceBias: Sendable, Hashable {
  /// Query heads.
  package let heads: Int
  /// The largest distance, in either direction, with a number of its own.
  let reach: Int
  private let numbers: [Float]  // [heads, 2 (reach + tile) + 1]

  private static let tile = KeyValueLayout.tokensPerPage

  /// A bias from a function of head and distance (the key's position minus the query's), asked for distances from
  /// `-reach` to `reach`.
  package init(heads: Int, reach: Int, _ number: (_ head: Int, _ distance: Int) -> Float) {
    self.heads = heads
    self.reach = reach
    let span = reach + DistanceBias.tile
    var numbers: [Float] = []
    numbers.reserveCapacity(heads * (2 * span + 1))
    for head in 0..<heads {
      for distance in -span...span { numbers.append(number(head, min(max(distance, -reach), reach))) }
    }
    self.numbers = numbers
  }

  /// A bias from a table [2 reach + 1, heads] whose first row is for the distance `-reach`.
  package init(table: Tensor) {
    let heads = table.shape[1]
    let reach = (table.shape[0] - 1) / 2
    let numbers = table.toArray()
    self.init(heads: heads, reach: reach) { head, distance in numbers[(distance + reach) * heads + head] }
  }

  /// Numbers of a head, those of the margins among them.
  var width: Int { 2 * (reach + DistanceBias.tile) + 1 }

  /// The row of a table that a number of a head belongs to.
  func tableRow(ofNumber index: Int) -> Int { min(max(index - DistanceBias.tile, 0), 2 * reach) }

  /// Hands over the numbers of a tile of keys, the first of which is `firstDistance` away from the query.
  func withTile(of head: Int, firstDistance: Int, _ body: (UnsafePointer<Float>) -> Void) {
    withNumbers { body($0 + place(of: head, firstDistance: firstDistance)) }
  }

  /// Hands over all numbers; those of a tile begin at ``place(of:firstDistance:)``.
  func withNumbers(_ body: (UnsafePointer<Float>) -> Void) {
    numbers.withUnsafeBufferPointer { buffer in
      if let start = buffer.baseAddress { body(start) }
    }
  }

  /// Where the numbers of a tile of keys begin, the first of which is `firstDistance` away from the query.
  func place(of head: Int, firstDistance: Int) -> Int {
    let span = reach + DistanceBias.tile
    // Behind the reach all numbers of a tile are the same, wherever in the margin they are read.
    return head * (2 * span + 1) + min(max(firstDistance, -span), reach + 1) + span
  }
}
