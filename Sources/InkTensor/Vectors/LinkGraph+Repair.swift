import CInkKernels

extension LinkGraph {
  /// Takes members out: every link to them is replaced by one to a slot that was reached through them, where that is apart
  /// from the neighbours that stay (after Singh et al., "FreshDiskANN", 2021).
  ///
  /// A member's new links depend on its own links and on those of the members that go, which do not change meanwhile.
  package mutating func remove(_ gone: [Int], rows: VectorRows, memory: WalkMemoryPool, on cpu: CPU) {
    guard !gone.isEmpty else { return }
    own()
    var set = SlotSet(capacity: count)
    for slot in gone where members.contains(slot) { set.insert(slot) }
    // What is reached first counts: a few replacements are chosen out of some times as many.
    let capacity = connections * 6
    let kernels = cpu.vectors
    let blocks = (count + 255) / 256
    set.words.withUnsafeBufferPointer { words in
      withKernel { graph in
        withUnsafePointer(to: rows.kernel) { kernelRows in
          cpu.threads.run(count: blocks) { range in
            memory.borrow(slots: count, capacity: capacity, codeWidth: rows.codeWidth) { memory in
              var links = memory.links(capacity: capacity)
              for slot in range.lowerBound * 256..<min(range.upperBound * 256, count)
              where members.contains(slot) && !set.contains(slot) {
                for layer in 0...Int(layers[slot]) {
                  _ = kernels.call.repair(graph, kernelRows, layer, UInt32(slot), words.baseAddress, &links)
                }
              }
            }
          }
        }
      }
    }
    release(gone.filter { set.contains($0) })
  }
}
