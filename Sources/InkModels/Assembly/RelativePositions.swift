import InkNN
import InkTensor

/// What a stack of layers adds to scores for the distance of two tokens, with its weights.
struct RelativePositions: Sendable {
  private enum Source: Sendable {
    /// Made once, of weights that do not change.
    case made(DistanceBias)
    /// Made for each step, of a table that training changes.
    case table(Weight)
  }

  private let buckets: RelativeBuckets
  private let source: Source
  /// Query heads.
  let heads: Int

  /// - Parameter table: what each bucket adds for each head, [buckets, heads].
  init(_ buckets: RelativeBuckets, table: Weight, cpu: CPU) {
    self.buckets = buckets
    heads = table.inputs
    switch table {
    case .packed: source = .made(DistanceBias(table: buckets.distanceTable(of: table, on: cpu)))
    case .dense: source = .table(table)
    }
  }

  /// The numbers of a step.
  func numbers(on cpu: CPU) -> DistanceNumbers {
    switch source {
    case .made(let bias): .made(bias)
    case .table(let table): .table(buckets.distanceTable(of: table, on: cpu))
    }
  }
}
