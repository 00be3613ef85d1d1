import CInkKernels

/// What is done with a finished product before it is stored, one f32 addition each.
package enum MatrixEpilogue: Sendable {
  /// The product as it is.
  case none
  /// product + bias, [outputs].
  case bias(Tensor)
  /// residual + product; the residual has the product's shape.
  case residual(Tensor)
  /// residual + (product + bias).
  case biasAndResidual(bias: Tensor, residual: Tensor)

  var bias: Tensor? {
    switch self {
    case .bias(let bias), .biasAndResidual(let bias, _): bias
    case .none, .residual: nil
    }
  }

  var residual: Tensor? {
    switch self {
    case .residual(let residual), .biasAndResidual(_, let residual): residual
    case .none, .bias: nil
    }
  }
}
