package import InkTensor

/// What all layers of a step add to scores for the distance of two tokens.
package enum DistanceNumbers: Sendable {
  /// Of weights that do not change.
  case made(DistanceBias)
  /// As a function of what is trained, [2 reach + 1, heads]: the first row is for the distance `-reach`.
  case table(Tensor)

  /// The numbers, as constants.
  var bias: DistanceBias {
    switch self {
    case .made(let bias): bias
    case .table(let table): DistanceBias(table: table)
    }
  }
}
