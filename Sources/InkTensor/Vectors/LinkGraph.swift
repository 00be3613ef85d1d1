import CInkKernels

/// Links between slots in layers: a graph of near neighbours (Malkov and Yashunin, 2016) over the rows of an index.
///
/// A value of references to tables; methods that change links are for one writer while nobody reads.
package struct LinkGraph: Sendable {
  /// A layer above which no slot stands.
  package static let topLayer = 24

  /// Links of a slot on the upper layers at most; twice as many on layer 0.
  package let connections: Int
  /// Layer 0: a row for each slot.
  package let base: RowTable
  /// The upper layers: consecutive rows for a slot's layers from 1 on.
  package let upper: RowTable
  /// The first row of each slot in `upper`; `noRow` for those on layer 0 alone.
  package private(set) var upperRows: [UInt32]
  /// The highest layer of each slot, also of slots that are not linked.
  package private(set) var layers: [UInt8]
  /// The slots that are linked.
  package private(set) var members: SlotSet
  /// Where walks begin: a slot of the highest layer; nil for an empty graph.
  package private(set) var entry: Int?
  /// Rows of `upper` that can be used again, by the number of layers.
  private var freeRows: [Int: [UInt32]] = [:]

  /// What stands for no row and for no link.
  package static let noRow = UInt32.max

  /// Bytes of a row of links.
  package static func stride(connections: Int, layer: Int) -> Int { (layer == 0 ? 2 : 1) * connections * 4 }

  /// A graph without members.
  package init(connections: Int) {
    self.connections = connections
    base = RowTable(stride: Self.stride(connections: connections, layer: 0))
    upper = RowTable(stride: Self.stride(connections: connections, layer: 1))
    upperRows = []
    layers = []
    members = SlotSet(capacity: 0)
    entry = nil
  }

  /// A graph whose tables were read from a file, or nil where they do not fit together: a row for every member on each of
  /// its layers and for nobody twice, links that lead to members on the same layer, filled from the beginning, walks that
  /// begin on the highest layer.
  package init?(
    connections: Int, base: RowTable, upper: RowTable, upperRows: [UInt32], layers: [UInt8], members: SlotSet,
    entry: Int?
  ) {
    guard base.stride == Self.stride(connections: connections, layer: 0),
      upper.stride == Self.stride(connections: connections, layer: 1),
      upperRows.count == base.count, layers.count == base.count, members.words.count == (base.count + 63) / 64
    else { return nil }
    self.connections = connections
    self.base = base
    self.upper = upper
    self.upperRows = upperRows
    self.layers = layers
    self.members = members
    self.entry = entry
    guard claimRows(), linksAreSound(), entryIsSound() else { return nil }
  }

  /// The number of slots with room for links.
  package var count: Int { base.count }

  /// Bytes of memory that the links own.
  package var ownedByteCount: Int {
    base.ownedByteCount + upper.ownedByteCount + upperRows.count * 5 + members.words.count * 8
  }

  /// The highest layer that a member stands on.
  package var topmost: Int { entry.map { Int(layers[$0]) } ?? 0 }

  /// Makes room for slots below `count`, not linked yet.
  package mutating func grow(to count: Int) {
    guard count > self.count else { return }
    base.grow(to: count, filledWith: 0xff)
    upperRows += Array(repeating: Self.noRow, count: count - upperRows.count)
    layers += Array(repeating: 0, count: count - layers.count)
    members.reserve(capacity: count)
  }

  /// Makes room for slots below `count` on layer 0, without adding them.
  package func reserve(_ count: Int) { base.own(capacity: count) }

  /// Makes all links memory of our own, so that they can be changed.
  package func own() {
    base.own(capacity: base.count)
    upper.own(capacity: upper.count)
  }

  /// Gives a slot, which is no member, empty rows on the layers up to `layer`. It is a member from ``admit(_:)`` on.
  package mutating func place(_ slot: Int, layer: Int) {
    layers[slot] = UInt8(layer)
    upperRows[slot] = Self.noRow
    guard layer > 0 else { return }
    if let reused = freeRows[layer]?.popLast() {
      upperRows[slot] = reused
    } else {
      upperRows[slot] = UInt32(upper.count)
      upper.grow(to: upper.count + layer, filledWith: 0xff)
    }
  }

  /// Makes slots members. Walks begin at the first that stands higher than all before it.
  package mutating func admit(_ slots: [Int]) {
    for slot in slots {
      members.insert(slot)
      if entry == nil || layers[slot] > UInt8(topmost) { entry = slot }
    }
  }

  /// Leaves nothing of slots to which no member links any more.
  package mutating func release(_ slots: [Int]) {
    for slot in slots {
      members.remove(slot)
      base.fill(row: slot, with: 0xff)
      let layer = Int(layers[slot])
      if layer > 0 {
        for step in 0..<layer { upper.fill(row: Int(upperRows[slot]) + step, with: 0xff) }
        freeRows[layer, default: []].append(upperRows[slot])
      }
      upperRows[slot] = Self.noRow
      layers[slot] = 0
    }
    if let entry, !members.contains(entry) { self.entry = highestMember() }
  }

  /// The lowest of the members on the highest layer.
  private func highestMember() -> Int? {
    var highest: Int?
    members.forEach { slot in
      if let found = highest, layers[slot] <= layers[found] { return }
      highest = slot
    }
    return highest
  }

  /// The links of a member on one of its layers.
  package func links(of slot: Int, layer: Int) -> [Int] {
    let (table, row) = layer == 0 ? (base, slot) : (upper, Int(upperRows[slot]) + layer - 1)
    let links = table.row(row).assumingMemoryBound(to: UInt32.self)
    return UnsafeBufferPointer(start: links, count: table.stride / 4).prefix { $0 != Self.noRow }.map(Int.init)
  }

  /// Notes which rows of `upper` nobody has. False where one is had twice or lies outside.
  private mutating func claimRows() -> Bool {
    var isTaken = [Bool](repeating: false, count: upper.count)
    for slot in 0..<count {
      let layer = Int(layers[slot])
      guard layer <= Self.topLayer, layer == 0 || members.contains(slot) else { return false }
      guard layer > 0 else {
        if upperRows[slot] != Self.noRow { return false }
        continue
      }
      let first = Int(upperRows[slot])
      guard first <= upper.count - layer else { return false }
      for row in first..<first + layer {
        if isTaken[row] { return false }
        isTaken[row] = true
      }
    }
    for row in isTaken.indices where !isTaken[row] { freeRows[1, default: []].append(UInt32(row)) }
    return true
  }

  /// Whether walks begin at a member of the highest layer.
  private func entryIsSound() -> Bool {
    guard let highest = highestMember() else { return entry == nil }
    guard let entry else { return false }
    return members.contains(entry) && layers[entry] == layers[highest]
  }

  /// Whether every link leads to a member on the same layer, and what follows the last link is empty.
  private func linksAreSound() -> Bool {
    for slot in 0..<count {
      for layer in 0...Int(layers[slot]) {
        let (table, row) = layer == 0 ? (base, slot) : (upper, Int(upperRows[slot]) + layer - 1)
        let links = UnsafeBufferPointer(
          start: table.row(row).assumingMemoryBound(to: UInt32.self), count: table.stride / 4)
        var isOver = !members.contains(slot)
        for link in links {
          if link == Self.noRow {
            isOver = true
          } else if isOver || link >= count || !members.contains(Int(link)) || Int(layers[Int(link)]) < layer {
            return false
          }
        }
      }
    }
    return true
  }

  /// What the kernels are given; `upperRows` must stay where it is meanwhile.
  func withKernel<Result>(_ body: (UnsafePointer<ink_graph>) -> Result) -> Result {
    upperRows.withUnsafeBufferPointer { upperRows in
      let graph = ink_graph(
        base_links: base.base.assumingMemoryBound(to: UInt32.self),
        upper_links: upper.base.assumingMemoryBound(to: UInt32.self), upper_rows: upperRows.baseAddress,
        base_width: base.stride / 4, upper_width: upper.stride / 4, slots: count)
      return withUnsafePointer(to: graph, body)
    }
  }
}
