extension CPU {
  /// `out = (out +) leftᵀ · right`: a chain over the rows of both in order.
  ///
  /// - Parameters:
  ///   - left: [rows, outputs].
  ///   - right: [rows, inputs].
  ///   - out: [outputs, inputs].
  func addProduct(ofTransposed left: Tensor, and right: Tensor, to out: Tensor, _ start: ChainStart) {
    let rows = left.shape.rowCount
    let flat = left.reshaped([rows, left.shape[-1]]).detached.transposed([1, 0]).contiguous()
    finish(matmul(flat, right.detached.reshaped([rows, right.shape[-1]])), into: out, start)
  }

  /// `out = (out +) gradient · weight`.
  ///
  /// - Parameters:
  ///   - gradient: [rows, outputs].
  ///   - out: [rows, inputs].
  func addProduct(of gradient: Tensor, and weight: Weight, to out: Tensor, _ start: ChainStart) {
    let rows: Tensor
    switch weight {
    case .packed(let matrix): rows = matrix.gatherRows(Array(0..<matrix.outputs), cpu: self)
    case .dense(let tensor): rows = tensor.detached
    }
    finish(matmul(gradient.detached, rows), into: out, start)
  }

  private func finish(_ product: Tensor, into out: Tensor, _ start: ChainStart) {
    switch start {
    case .zero: copy(product, into: out)
    case .stored: addInPlace(product, to: out)
    }
  }
}
