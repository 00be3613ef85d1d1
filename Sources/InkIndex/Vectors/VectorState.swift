import InkTensor

/// What a vector index holds: slots with vectors, their ids, and the graph over them.
///
/// A value of references: it is read by many or changed by one, as the index's lock sees to.
struct VectorState: Sendable {
  let settings: VectorSettings
  var rows: VectorRows
  /// The id of every slot; 0 where there is no vector.
  var ids: [Int64]
  /// The slot of every id.
  var slots: [Int64: Int]
  /// The slots that searches find.
  var live: SlotSet
  /// The graph over the slots; nil for a flat index.
  var graph: LinkGraph?
  /// Slots that searches find no more and that walks still pass through.
  var leaving: [Int] = []
  /// The slots that can be used again, the next one last.
  var free: [Int]

  init(_ settings: VectorSettings) {
    self.settings = settings
    rows = VectorRows(dimension: settings.dimension, score: settings.score, form: settings.form)
    ids = []
    slots = [:]
    live = SlotSet(capacity: 0)
    graph = settings.connections.map { LinkGraph(connections: $0) }
    free = []
  }

  /// A state whose parts were read from a file.
  init(_ settings: VectorSettings, rows: VectorRows, ids: [Int64], live: SlotSet, graph: LinkGraph?) throws(IndexError)
  {
    self.settings = settings
    self.rows = rows
    self.ids = ids
    self.live = live
    self.graph = graph
    var slots: [Int64: Int] = [:]
    slots.reserveCapacity(live.count)
    var repeated: Int64?
    live.forEach { if slots.updateValue($0, forKey: ids[$0]) != nil { repeated = ids[$0] } }
    if let repeated {
      throw IndexError(.damaged, context: "vector index, ids", expected: "every id once", found: "\(repeated) twice")
    }
    self.slots = slots
    free = ids.indices.reversed().filter { !live.contains($0) }
  }

  /// Makes room for so many more vectors where that is a large part of what is there; small additions share the room that
  /// growing tables take ahead.
  func reserve(_ count: Int) {
    let total = ids.count + max(0, count - free.count)
    guard total > ids.count + ids.count / 2 else { return }
    rows.reserve(total)
    graph?.reserve(total)
  }

  /// Puts vectors, which are in the form that ``VectorSettings/normalized(_:_:)`` gives them, into slots that searches do
  /// not find yet.
  ///
  /// - Returns: their slots.
  mutating func stage(_ vectors: ArraySlice<(id: Int64, vector: [Float])>, on cpu: CPU) -> [Int] {
    let reused = Array(free.suffix(vectors.count).reversed())
    free.removeLast(reused.count)
    let first = ids.count
    let total = first + vectors.count - reused.count
    rows.grow(to: total)
    graph?.grow(to: total)
    ids += Array(repeating: 0, count: total - first)
    live.reserve(capacity: total)
    let chosen = reused + Array(first..<total)
    let rows = rows
    cpu.threads.run(count: chosen.count, grain: 16) { range in
      for index in range { rows.store(vectors[vectors.startIndex + index].vector, at: chosen[index]) }
    }
    for (slot, entry) in zip(chosen, vectors) { graph?.place(slot, layer: settings.layer(of: entry.id)) }
    return chosen
  }

  /// Lets searches find staged vectors, whose ids are not in use.
  mutating func publish(_ staged: [Int], as ids: some Sequence<Int64>) {
    for (slot, id) in zip(staged, ids) {
      self.ids[slot] = id
      slots[id] = slot
      live.insert(slot)
    }
  }

  /// Takes ids out of what searches find.
  ///
  /// - Returns: how many there were.
  mutating func forget(_ ids: some Sequence<Int64>) -> Int {
    var count = 0
    for id in ids {
      guard let slot = slots.removeValue(forKey: id) else { continue }
      live.remove(slot)
      leaving.append(slot)
      count += 1
    }
    return count
  }

  /// Leaves nothing of the vectors that searches find no more, and lets their slots be used again.
  mutating func sweep(memory: WalkMemoryPool, on cpu: CPU) {
    graph?.remove(leaving, rows: rows, memory: memory, on: cpu)
    for slot in leaving {
      rows.clear(slot)
      ids[slot] = 0
    }
    // The lowest is used first, whatever was removed in which order: an opened index goes on like the one that was saved.
    free = (free + leaving).sorted(by: >)
    leaving = []
  }

  /// Whether walks pass through so many vectors that are not found that it is time to sweep them out.
  var isLittered: Bool { !leaving.isEmpty && (graph == nil || leaving.count * 16 > live.count) }

  /// The slots that a filter lets a search find.
  func allowed(by filter: VectorFilter) -> SlotSet {
    switch filter {
    case .all: return live
    case .ids(let wanted):
      var allowed = SlotSet(capacity: ids.count)
      for id in wanted { if let slot = slots[id] { allowed.insert(slot) } }
      return allowed
    case .matching(let predicate):
      var allowed = SlotSet(capacity: ids.count)
      live.forEach { if predicate(ids[$0]) { allowed.insert($0) } }
      return allowed
    }
  }
}
