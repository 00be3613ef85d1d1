import CInkKernels

/// A slot that a search found.
package struct SlotScore: Sendable, Hashable {
  /// The slot.
  package let slot: Int
  /// How well it fits; higher is better.
  package let score: Float

  /// A found slot.
  package init(slot: Int, score: Float) {
    self.slot = slot
    self.score = score
  }
}

extension VectorRows {
  /// Queries that share what is loaded of the rows.
  private static let queryGroup = 32

  /// The best slots for each query by exact scores, best first, equal scores by ascending id. Nothing is approximated:
  /// rows are left out only where their codes prove that they fit worse.
  ///
  /// The best of a whole are the best of the parts' bests under one total order, so that the result does not depend on
  /// how the slots are cut.
  ///
  /// - Parameters:
  ///   - limit: how many slots a query gets at most.
  ///   - allowed: the slots that count.
  ///   - ids: the id of every slot.
  package func best(
    _ limit: Int, for queries: [VectorQuery], among allowed: SlotSet, ids: [Int64], on cpu: CPU
  ) -> [[SlotScore]] {
    let limit = min(limit, allowed.count)
    guard limit > 0, count > 0 else { return queries.map { _ in [] } }
    if ids.count < count || allowed.words.count * 64 < count { trap("VectorRows.best", "too few ids or bits") }
    let groups = (queries.count + Self.queryGroup - 1) / Self.queryGroup
    // Where there are fewer groups than threads, the slots are cut as well.
    let blocks = (count + 63) / 64
    let parts = groups >= cpu.threads.threadCount ? 1 : min(blocks, cpu.threads.threadCount * 4)
    let perPart = (blocks + parts - 1) / parts * 64
    var found = [[[SlotScore]]](repeating: [], count: groups * parts)
    cpu.threads.forEach(&found) { task, result in
      let (group, part) = (task / parts, task % parts)
      let members = group * Self.queryGroup..<min((group + 1) * Self.queryGroup, queries.count)
      let range = min(part * perPart, count)..<min((part + 1) * perPart, count)
      result = scan(range, limit, Array(queries[members]), allowed, ids, cpu.vectors)
    }
    return queries.indices.map { query in
      let (group, member) = (query / Self.queryGroup, query % Self.queryGroup)
      var all = (0..<parts).flatMap { found[group * parts + $0][member] }
      all.sort { $0.score > $1.score || ($0.score == $1.score && ids[$0.slot] < ids[$1.slot]) }
      return Array(all.prefix(limit))
    }
  }

  private func scan(
    _ range: Range<Int>, _ limit: Int, _ queries: [VectorQuery], _ allowed: SlotSet, _ ids: [Int64],
    _ kernels: VectorKernels
  ) -> [[SlotScore]] {
    var scores = [Float](repeating: 0, count: queries.count * limit)
    var slots = [UInt32](repeating: 0, count: queries.count * limit)
    var counts = [Int](repeating: 0, count: queries.count)
    let views = queries.map(\.kernel)
    withExtendedLifetime(queries) {
      scores.withUnsafeMutableBufferPointer { scores in
        slots.withUnsafeMutableBufferPointer { slots in
          ids.withUnsafeBufferPointer { ids in
            var bests = queries.indices.map { query in
              ink_best(
                scores: scores.baseAddress.map { $0 + query * limit },
                slots: slots.baseAddress.map { $0 + query * limit }, ids: ids.baseAddress, count: 0, capacity: limit)
            }
            bests.withUnsafeMutableBufferPointer { bests in
              run(range, views, allowed, bests, kernels)
              for (query, best) in bests.enumerated() { counts[query] = best.count }
            }
          }
        }
      }
    }
    return queries.indices.map { query in
      (query * limit..<query * limit + counts[query]).map { SlotScore(slot: Int(slots[$0]), score: scores[$0]) }
    }
  }

  private func run(
    _ range: Range<Int>, _ queries: [ink_vector_query], _ allowed: SlotSet,
    _ bests: UnsafeMutableBufferPointer<ink_best>, _ kernels: VectorKernels
  ) {
    allowed.words.withUnsafeBufferPointer { allowed in
      queries.withUnsafeBufferPointer { queries in
        withUnsafePointer(to: kernel) { rows in
          let scans = queries.indices.map { query in
            ink_vector_scan(
              rows: rows, query: queries.baseAddress.map { $0 + query }, allowed: allowed.baseAddress,
              first: UInt32(range.lowerBound), end: UInt32(range.upperBound),
              best: bests.baseAddress.map { $0 + query })
          }
          scans.withUnsafeBufferPointer { kernels.call.scan_many($0.baseAddress, $0.count) }
        }
      }
    }
  }
}
