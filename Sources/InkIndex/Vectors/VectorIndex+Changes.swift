import InkTensor
import Synchronization

extension VectorIndex {
  /// Vectors that are added between two moments at which searches see the index.
  static let batch = 256

  /// Adds a vector, or puts it in the place of the one with the same id.
  ///
  /// - Throws: `invalidVector` for another number of elements than the dimension or one that is not finite.
  public func add(id: Int64, vector: [Float]) throws(IndexError) {
    try add(contentsOf: [(id: id, vector: vector)])
  }

  /// Adds vectors on all threads, or puts them in the place of those with the same ids. Of two with the same id the last
  /// one counts. Nothing is changed if one of them is refused.
  ///
  /// Searches that run meanwhile may find a part of them.
  ///
  /// - Throws: `invalidVector` for another number of elements than the dimension or one that is not finite.
  public func add(contentsOf vectors: [(id: Int64, vector: [Float])]) throws(IndexError) {
    var prepared: [(id: Int64, vector: [Float])] = []
    prepared.reserveCapacity(vectors.count)
    for (id, vector) in vectors {
      prepared.append((id: id, vector: try settings.normalized(vector, "vector \(id)")))
    }
    let last = Dictionary(vectors.indices.map { (vectors[$0].id, $0) }) { $1 }
    if last.count < vectors.count {
      prepared = prepared.indices.filter { last[prepared[$0].id] == $0 }.map { prepared[$0] }
    }
    writer.withLock { _ in
      state.write { $0.reserve(prepared.count) }
      for start in stride(from: 0, to: prepared.count, by: Self.batch) {
        insert(prepared[start..<min(start + Self.batch, prepared.count)])
      }
    }
  }

  private func insert(_ vectors: ArraySlice<(id: Int64, vector: [Float])>) {
    let staged = state.write { $0.stage(vectors, on: cpu) }
    let links = state.read { state in
      state.settings.construction.map { construction in
        state.graph?.choose(for: staged, construction: construction, rows: state.rows, memory: walks, on: cpu) ?? []
      }
    }
    state.write { state in
      _ = state.forget(vectors.lazy.map(\.id))
      if let links { state.graph?.connect(links, rows: state.rows, memory: walks, on: cpu) }
      state.publish(staged, as: vectors.lazy.map(\.id))
      if state.isLittered { state.sweep(memory: walks, on: cpu) }
    }
  }

  /// Removes a vector.
  ///
  /// - Returns: whether there was one.
  @discardableResult
  public func remove(_ id: Int64) -> Bool { remove([id]) == 1 }

  /// Removes the vectors with these ids at once, which costs less than one after another.
  ///
  /// - Returns: how many there were.
  @discardableResult
  public func remove(_ ids: some Sequence<Int64>) -> Int {
    writer.withLock { _ in
      state.write { state in
        let count = state.forget(ids)
        if state.isLittered { state.sweep(memory: walks, on: cpu) }
        return count
      }
    }
  }
}
