public import InkTensor
import Synchronization

/// An index of vectors by ids, which finds those that fit a vector best.
///
/// ```swift
/// let index = try VectorIndex(VectorSettings(dimension: 384))
/// try index.add(id: 7, vector: embedding)
/// let best = try index.search(question, count: 10)   // best first; equal scores by ascending id
/// try index.save("base.vectors")
/// ```
///
/// Any number of threads may search while one at a time changes the index; each search sees the index between two
/// changes. Results do not depend on the number of threads, also not on those that built the graph: vectors are added in
/// batches of fixed size; the candidates of a batch are looked for in the graph as it stood before the batch, and links
/// are then made in the order of the vectors (Manohar et al., "ParlayANN: Scalable and Deterministic Parallel Graph-Based
/// Approximate Nearest Neighbor Search Algorithms", 2024).
public final class VectorIndex: Sendable {
  /// What was fixed when the index was made.
  public let settings: VectorSettings
  let cpu: CPU
  let state: ReadWriteLocked<VectorState>
  /// Held by whoever changes the index, from the first look at it to the last change.
  let writer = Mutex(())
  let walks = WalkMemoryPool()

  /// An empty index.
  ///
  /// - Parameter cpu: the threads that building, batches of searches and long scans run on.
  /// - Throws: `invalidSetting`.
  public convenience init(_ settings: VectorSettings, cpu: CPU = CPU()) throws(IndexError) {
    try settings.check()
    self.init(VectorState(settings), cpu: cpu)
  }

  init(_ state: VectorState, cpu: CPU) {
    settings = state.settings
    self.cpu = cpu
    self.state = ReadWriteLocked(state)
  }

  /// The number of vectors.
  public var count: Int { state.read { $0.live.count } }

  /// The ids in ascending order.
  public var ids: [Int64] { state.read { $0.slots.keys.sorted() } }

  /// Whether there is a vector with this id.
  public func contains(_ id: Int64) -> Bool { state.read { $0.slots[id] != nil } }

  /// The vector with an id as the index compares it (under cosine its length is 1; decoded where there are codes alone);
  /// nil where there is none.
  public func vector(_ id: Int64) -> [Float]? {
    state.read { state in state.slots[id].map { state.rows.vector(at: $0) } }
  }

  /// Bytes of memory that vectors and graph take; rows of a mapped file count from the first change on.
  public var memory: Int {
    state.read { $0.rows.ownedByteCount + ($0.graph?.ownedByteCount ?? 0) + $0.ids.count * 8 }
  }
}
