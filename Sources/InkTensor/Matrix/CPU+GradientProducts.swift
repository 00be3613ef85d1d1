extension CPU {
  /// `out = (out +) leftᵀ · right`: a chain over the rows of both in order.
  ///
  /// - Parameters:
  ///   - left: [rows, outputs].
  ///   - right: [rows, inputs].
  ///   - out: [outputs, inputs].
  func addProduct(ofTransposed left: Tensor, and right: Tensor, to out: Tensor, _ start: ProductStart) {
    product(MatrixOperand(left, .transposed), MatrixOperand(right), into: out, start: start)
  }

  /// `out = (out +) gradient · weight`.
  ///
  /// - Parameters:
  ///   - gradient: [rows, outputs].
  ///   - out: [rows, inputs].
  func addProduct(of gradient: Tensor, and weight: Weight, to out: Tensor, _ start: ProductStart) {
    product(MatrixOperand(gradient), weight.operand(.asStored), into: out, start: start)
  }
}
