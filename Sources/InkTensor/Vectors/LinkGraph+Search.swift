import CInkKernels

extension LinkGraph {
  /// The members that a walk ends with: about the best `effort` by guiding scores, best first.
  package func candidates(
    for query: VectorQuery, effort: Int, rows: VectorRows, memory: WalkMemoryPool, on cpu: CPU
  ) -> [Int] {
    guard let entry, effort > 0 else { return [] }
    let capacity = min(effort, members.count)
    let kernels = cpu.vectors
    return memory.borrow(slots: count, capacity: capacity, codeWidth: rows.codeWidth) { memory in
      withKernel { graph in
        withUnsafePointer(to: rows.kernel) { rows in
          query.withKernel { query in
            var walk = ink_walk(
              graph: graph, rows: rows, query: query, pool: memory.pool, capacity: capacity, visited: memory.visited)
            var start = kernels.call.candidate(rows, query, UInt32(entry))
            if topmost > 0 { start = kernels.call.descend(&walk, start, topmost, 1) }
            memory.pool[0] = start
            let found = kernels.call.walk(&walk, 0, 1)
            return (0..<found).map { Int(ink_candidate_slot(memory.pool[$0])) }
          }
        }
      }
    }
  }
}

extension VectorRows {
  /// The exact scores of slots, in their order.
  package func scores(of slots: [Int], for query: VectorQuery, on cpu: CPU) -> [Float] {
    guard !slots.isEmpty else { return [] }
    for slot in slots where slot < 0 || slot >= count { trap("VectorRows.scores", "slot \(slot) of \(count)") }
    var scores = [Float](repeating: 0, count: slots.count)
    withUnsafePointer(to: kernel) { rows in
      query.withKernel { query in cpu.vectors.call.exact(rows, query, slots.map(UInt32.init), slots.count, &scores) }
    }
    return scores
  }
}
