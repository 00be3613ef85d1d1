/// What of a layer is kept until gradients come back.
package enum ActivationMemory: String, Sendable, Hashable, CaseIterable {
  /// All that the way back reads.
  case kept
  /// The input alone; the layer is computed again. About a third more work for a fraction of the memory.
  case recomputed
}
