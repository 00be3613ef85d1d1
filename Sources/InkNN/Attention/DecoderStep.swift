package import InkTensor

/// What all layers of one forward pass share: the backend, the sequences with their caches, the rotations.
package struct DecoderStep: Sendable {
  package let cpu: CPU
  package let segments: [AttentionSegment]
  /// Whether whole sequences are computed and nothing keeps their keys and values: training.
  let isWithoutCache: Bool
  /// Gets the choices of the layer's router, if anyone wants to know.
  package var expertObserver: (@Sendable (ExpertChoice) -> Void)?
  private let tables: [(embedding: RotaryEmbedding, table: RotaryTable)]

  /// A step over the given sequences; the angles of every rotation are computed here, once.
  package init(segments: [AttentionSegment], rotaries: [RotaryEmbedding], cpu: CPU) {
    self.cpu = cpu
    self.segments = segments
    self.isWithoutCache = segments.allSatisfy(\.pages.isEmpty)
    self.tables = rotaries.map { ($0, $0.table(segments: segments, on: cpu)) }
  }

  /// The same step on another backend.
  package func on(_ cpu: CPU) -> DecoderStep { DecoderStep(self, cpu: cpu) }

  private init(_ other: DecoderStep, cpu: CPU) {
    self.cpu = cpu
    segments = other.segments
    isWithoutCache = other.isWithoutCache
    expertObserver = other.expertObserver
    tables = other.tables
  }

  /// The angles of a rotation that was named when the step was made.
  func rotaryTable(of embedding: RotaryEmbedding) -> RotaryTable {
    // At most two or three different ones, so a search is quicker than a hash.
    guard let found = tables.first(where: { $0.embedding == embedding }) else {
      trap("rotaryTable", "\(embedding) is not part of the step")
    }
    return found.table
  }
}
