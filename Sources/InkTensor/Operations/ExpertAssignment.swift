/// Which experts the rows of a step go through: for each row its choice, for each expert its rows.
///
/// A row that goes through some experts takes as many slots. Slots are ordered by expert, then by row, so that the rows
/// of one expert lie side by side and no expert without rows is looked at.
package struct ExpertAssignment: Sendable {
  /// Rows that were routed.
  package let rows: Int
  /// Experts a row goes through.
  package let chosen: Int
  /// The experts of each row by their numbers, [rows * chosen].
  package let experts: [Int32]
  /// Their weights, [rows, chosen]: a function of the router's logits, whereas the choice is none.
  package let weights: Tensor
  /// The slots of each row in the order of ``experts``, [rows * chosen].
  let slots: [Int32]
  /// The row of each slot, [rows * chosen].
  let sources: [Int32]
  /// The experts that have rows, by their numbers.
  package let used: [Int]
  /// The slots of each of ``used``.
  package let groups: [Range<Int>]

  init(rows: Int, router: ExpertRouter, experts: [Int32], weights: Tensor) {
    self.rows = rows
    self.chosen = router.chosen
    self.experts = experts
    self.weights = weights
    var ends = [Int](repeating: 0, count: router.count)
    for expert in experts { ends[Int(expert)] += 1 }
    var used: [Int] = []
    var groups: [Range<Int>] = []
    var next = 0
    for expert in 0..<router.count where ends[expert] > 0 {
      used.append(expert)
      groups.append(next..<next + ends[expert])
      next += ends[expert]
      ends[expert] = next - ends[expert]
    }
    var slots = [Int32](repeating: 0, count: experts.count)
    var sources = slots
    for place in experts.indices {
      let expert = Int(experts[place])
      let slot = ends[expert]
      ends[expert] += 1
      slots[place] = Int32(slot)
      sources[slot] = Int32(place / router.chosen)
    }
    self.slots = slots
    self.sources = sources
    self.used = used
    self.groups = groups
  }
}
