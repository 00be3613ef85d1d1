import CInkKernels

/// The linear map: x [..., inputs] times the transpose of weights [outputs, inputs].
extension CPU {
  /// `x · weightsᵀ`, followed by the epilogue.
  ///
  /// Every element is one chain over the inputs in order, so a row's result depends neither on the other rows nor on
  /// the threads (law 2). With interleaved weights x is rounded to 8 bits with a scale for each 32 elements; a block
  /// of x that holds a value which is not finite makes the row's products NaN.
  ///
  /// - Parameters:
  ///   - x: [..., inputs], contiguous f32.
  ///   - matrix: [outputs, inputs].
  ///   - epilogue: bias and residual.
  /// - Returns: [..., outputs].
  package func multiply(_ x: Tensor, by matrix: PackedMatrix, epilogue: MatrixEpilogue = .none) -> Tensor {
    multiply(x, by: [matrix], epilogues: [epilogue])[0]
  }

  /// Several products of one x, in one dispatch that prepares x once: query, key and value; gate and up.
  ///
  /// - Parameters:
  ///   - x: [..., inputs], contiguous f32.
  ///   - matrices: all with the same inputs.
  ///   - epilogues: one for each matrix, or empty for none.
  /// - Returns: a tensor [..., outputs] for each matrix.
  package func multiply(_ x: Tensor, by matrices: [PackedMatrix], epilogues: [MatrixEpilogue] = []) -> [Tensor] {
    guard x.shape.rank > 0, epilogues.isEmpty || epilogues.count == matrices.count else {
      trap("multiply", "\(matrices.count) matrices, \(epilogues.count) epilogues, x \(x.shape)")
    }
    let inputs = x.shape[-1]
    let rows = x.shape.rowCount
    var results: [Tensor] = []
    var terms: [MatrixDispatch.Term] = []
    results.reserveCapacity(matrices.count)
    terms.reserveCapacity(matrices.count)
    for (index, matrix) in matrices.enumerated() {
      if matrix.inputs != inputs { trap("multiply", "x \(x.shape) by [\(matrix.outputs), \(matrix.inputs)]") }
      let epilogue = epilogues.isEmpty ? MatrixEpilogue.none : epilogues[index]
      var shape = x.shape
      shape[-1] = matrix.outputs
      let result = allocate(shape)
      check(epilogue, fits: shape)
      if let residual = epilogue.residual {
        result.floats.update(from: residual.floats, count: shape.elementCount)
      }
      let addition = ink_epilogue(
        bias: epilogue.bias.map { UnsafePointer($0.floats) }, adds_to_output: epilogue.residual == nil ? 0 : 1)
      terms.append(MatrixDispatch.Term(matrix: matrix, output: result.floats, epilogue: addition))
      results.append(result)
    }
    if rows > 0 { MatrixDispatch(cpu: self, x: x.floats, rows: rows, inputs: inputs, terms: terms).run() }
    // The pointers in `terms` lead into these.
    withExtendedLifetime((x, matrices, epilogues)) {}
    return results
  }

  private func check(_ epilogue: MatrixEpilogue, fits shape: Shape) {
    if let residual = epilogue.residual,
      residual.shape.elementCount != shape.elementCount || residual.shape[-1] != shape[-1]
    {
      trap("multiply", "residual \(residual.shape) for a product \(shape)")
    }
    if let bias = epilogue.bias, bias.shape.elementCount != shape[-1] {
      trap("multiply", "bias \(bias.shape) for a product \(shape)")
    }
  }
}
