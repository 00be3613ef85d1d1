import InkTensor

extension VectorIndex {
  /// The vectors that fit a vector best, best first, equal scores by ascending id.
  ///
  /// - Parameters:
  ///   - vector: what to look for; of `settings.dimension` elements.
  ///   - count: how many to find at most.
  ///   - effort: how many candidates a walk over a graph keeps (the paper's ef); more find better and take longer. At
  ///     least `count`; nil for what finds about 99 of 100. A flat index does not need it.
  ///   - filter: which vectors may be found. Where few pass, they are all looked at, so that none is missed.
  /// - Throws: `invalidVector` for another number of elements than the dimension or one that is not finite;
  ///   `invalidSetting` for a count or an effort below zero.
  public func search(
    _ vector: [Float], count: Int, effort: Int? = nil, filter: VectorFilter = .all
  ) throws(IndexError) -> [VectorMatch] {
    try search([vector], count: count, effort: effort, filter: filter).first ?? []
  }

  /// The same for several vectors, on all threads. Results are those of one search after another.
  public func search(
    _ vectors: [[Float]], count: Int, effort: Int? = nil, filter: VectorFilter = .all
  ) throws(IndexError) -> [[VectorMatch]] {
    for (name, value) in [("count", count), ("effort", effort ?? 0)] where value < 0 {
      throw IndexError(
        .invalidSetting, context: "search in a vector index, \(name)", expected: "0 or more", found: "\(value)")
    }
    var prepared: [[Float]] = []
    for (number, vector) in vectors.enumerated() {
      prepared.append(try settings.normalized(vector, "vector \(number) of the search"))
    }
    return state.read { state in
      let queries = prepared.map { VectorQuery($0, for: state.rows) }
      let allowed = state.allowed(by: filter)
      let found: [[SlotScore]]
      if let graph = state.graph,
        let plan = WalkPlan(count, effort, allowed: allowed.count, members: graph.members.count)
      {
        found = walk(graph, plan, queries, among: allowed, in: state)
      } else {
        found = state.rows.best(count, for: queries, among: allowed, ids: state.ids, on: cpu)
      }
      return found.map { $0.map { VectorMatch(id: state.ids[$0.slot], score: $0.score) } }
    }
  }

  private func walk(
    _ graph: LinkGraph, _ plan: WalkPlan, _ queries: [VectorQuery], among allowed: SlotSet, in state: VectorState
  ) -> [[SlotScore]] {
    var found = [[SlotScore]](repeating: [], count: queries.count)
    cpu.threads.forEach(&found) { index, result in
      let query = queries[index]
      let reached = graph.candidates(for: query, effort: plan.effort, rows: state.rows, memory: walks, on: cpu)
      let slots = Array(reached.lazy.filter { allowed.contains($0) }.prefix(plan.rescored))
      if slots.count < plan.count {
        result = state.rows.best(plan.count, for: [query], among: allowed, ids: state.ids, on: cpu)[0]
        return
      }
      let scores = state.rows.scores(of: slots, for: query, on: cpu)
      var all = zip(slots, scores).map { SlotScore(slot: $0, score: $1) }
      all.sort { $0.score > $1.score || ($0.score == $1.score && state.ids[$0.slot] < state.ids[$1.slot]) }
      result = Array(all.prefix(plan.count))
    }
    return found
  }
}
