import CInkKernels

/// The links that a new slot gets, one list a layer from 0 on.
package struct ChosenLinks: Sendable {
  /// The slot.
  package let slot: Int
  /// Chosen slots by layer.
  package fileprivate(set) var layers: [[UInt32]]
}

extension LinkGraph {
  /// Chooses the links of new slots without changing the graph, several at a time.
  ///
  /// The candidates of a slot are what a walk over the graph finds and the slots that stand before it in the list, with
  /// which it is compared one by one; so links depend on the order of the list alone, not on who works on it when.
  ///
  /// - Parameters:
  ///   - slots: placed, no members yet, with rows in place.
  ///   - construction: how many candidates links are chosen from.
  package func choose(
    for slots: [Int], construction: Int, rows: VectorRows, memory: WalkMemoryPool, on cpu: CPU
  ) -> [ChosenLinks] {
    var chosen = slots.map { ChosenLinks(slot: $0, layers: Array(repeating: [], count: Int(layers[$0]) + 1)) }
    let capacity = max(construction, connections)
    cpu.threads.forEach(&chosen) { index, links in
      memory.borrow(slots: count, capacity: capacity, codeWidth: rows.codeWidth) { memory in
        choose(&links, after: slots[..<index], capacity: capacity, rows: rows, memory: memory, cpu.vectors)
      }
    }
    return chosen
  }

  private func choose(
    _ links: inout ChosenLinks, after earlier: ArraySlice<Int>, capacity: Int, rows: VectorRows, memory: WalkMemory,
    _ kernels: VectorKernels
  ) {
    let top = links.layers.count - 1
    withKernel { graph in
      withUnsafePointer(to: rows.kernel) { rows in
        var query = ink_vector_query()
        ink_vector_query_of_row(rows, UInt32(links.slot), memory.rowCodes, &query)
        withUnsafePointer(to: query) { query in
          var walk = ink_walk(
            graph: graph, rows: rows, query: query, pool: memory.pool, capacity: capacity, visited: memory.visited)
          var found = 0
          if let entry {
            var start = kernels.call.candidate(rows, query, UInt32(entry))
            if topmost > top { start = kernels.call.descend(&walk, start, topmost, top + 1) }
            memory.pool[0] = start
            found = 1
          }
          for layer in (0...top).reversed() {
            // Where no member stands as high, there are only the slots before this one.
            let reaches = found > 0 && layer <= topmost
            if reaches { found = kernels.call.walk(&walk, layer, found) }
            memory.candidates.update(from: memory.pool, count: reaches ? found : 0)
            walk.pool = memory.candidates
            let others = earlier.filter { layers[$0] >= layer }.map(UInt32.init)
            let known = kernels.call.offer(&walk, reaches ? found : 0, others, others.count)
            walk.pool = memory.pool
            links.layers[layer] = [UInt32](unsafeUninitializedCapacity: connections) { chosen, count in
              count = kernels.call.choose(
                rows, UInt32(links.slot), memory.candidates, known, connections,
                memory.rowCodes + rows.pointee.code_width, chosen.baseAddress)
            }
          }
        }
      }
    }
  }

  /// Makes the chosen links, and links back from where they lead, in the order of the list.
  package mutating func connect(_ chosen: [ChosenLinks], rows: VectorRows, memory: WalkMemoryPool, on cpu: CPU) {
    own()
    // Every row that is changed is one task, with its new links in the order of the list.
    var tasks: [Backlinks] = []
    var places: [UInt64: Int] = [:]
    for links in chosen {
      for (layer, targets) in links.layers.enumerated() {
        write(targets, to: links.slot, layer: layer)
        for target in targets {
          let key = UInt64(target) << 8 | UInt64(layer)
          if let place = places[key] {
            tasks[place].sources.append(UInt32(links.slot))
          } else {
            places[key] = tasks.count
            tasks.append(Backlinks(target: target, layer: layer, sources: [UInt32(links.slot)]))
          }
        }
      }
    }
    link(tasks, largest: chosen.count, rows: rows, memory: memory, on: cpu)
    admit(chosen.map(\.slot))
  }

  private func link(_ tasks: [Backlinks], largest: Int, rows: VectorRows, memory: WalkMemoryPool, on cpu: CPU) {
    let capacity = connections * 2 + largest
    let kernels = cpu.vectors
    withKernel { graph in
      withUnsafePointer(to: rows.kernel) { kernelRows in
        cpu.threads.run(count: tasks.count, grain: 8) { range in
          memory.borrow(slots: count, capacity: capacity, codeWidth: rows.codeWidth) { memory in
            var links = memory.links(capacity: capacity)
            for task in tasks[range] {
              kernels.call.link(
                graph, kernelRows, task.layer, task.target, task.sources, task.sources.count, &links)
            }
          }
        }
      }
    }
  }

  private func write(_ targets: [UInt32], to slot: Int, layer: Int) {
    let row = layer == 0 ? base.row(slot) : upper.row(Int(upperRows[slot]) + layer - 1)
    let links = row.assumingMemoryBound(to: UInt32.self)
    for (place, target) in targets.enumerated() { links[place] = target }
  }
}

/// New links of one row.
private struct Backlinks: Sendable {
  let target: UInt32
  let layer: Int
  var sources: [UInt32]
}
