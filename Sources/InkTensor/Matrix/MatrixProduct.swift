/// Where the chains of a product begin.
package enum ProductStart: Sendable, Hashable {
  /// At zero: the output is overwritten.
  case zero
  /// At the stored output. The chain goes on where an earlier product left it, so a reduction that is cut into pieces,
  /// as the gradient of a batch into micro-batches, has the bits of the whole.
  case fromOutput
}

/// `output = left · right`, or with ``ProductStart/fromOutput`` `output += left · right`, then the epilogue.
package struct MatrixProduct: Sendable {
  let left: MatrixOperand
  let right: MatrixOperand
  let output: Tensor
  let start: ProductStart
  let epilogue: MatrixEpilogue

  /// Describes a product; a programmer's error if shapes disagree or the output is read by the product.
  ///
  /// - Parameters:
  ///   - left: [m, k], a tensor.
  ///   - right: [k, n].
  ///   - output: m · n elements of contiguous f32, its last axis n; written in place, so its owner must be the only one.
  ///   - start: where the chains begin.
  ///   - epilogue: what is added to finished chains; its residual is not the output.
  package init(
    _ left: MatrixOperand, _ right: MatrixOperand, into output: Tensor, start: ProductStart = .zero,
    epilogue: MatrixEpilogue = .none
  ) {
    self.left = left
    self.right = right
    self.output = output
    self.start = start
    self.epilogue = epilogue
    let (rows, columns) = (left.rows, right.columns)
    guard left.columns == right.rows, output.shape.rank > 0, output.shape[-1] == columns,
      columns == 0 || output.shape.rowCount == rows
    else {
      trap(
        "MatrixProduct",
        "[\(rows), \(left.columns)] by [\(right.rows), \(columns)] into \(output.shape)")
    }
    if case .packed = left.source { trap("MatrixProduct", "packed weights on the left") }
    if let bias = epilogue.bias, bias.shape.elementCount != columns {
      trap("MatrixProduct", "bias \(bias.shape) for \(columns) columns")
    }
    if let residual = epilogue.residual,
      residual.shape.elementCount != output.shape.elementCount || residual.shape[-1] != columns
    {
      trap("MatrixProduct", "residual \(residual.shape) for \(output.shape)")
    }
    if readsOutput { trap("MatrixProduct", "the output \(output.shape) is an operand") }
  }

  /// The length of the chains.
  var depth: Int { left.columns }

  /// Whether an operand, the bias or the residual lies in the output.
  private var readsOutput: Bool {
    var read = [left.memory, right.memory]
    for tensor in [epilogue.bias, epilogue.residual] {
      if let tensor { read.append((tensor.storage, tensor.byteRange)) }
    }
    return read.contains { $0.storage === output.storage && $0.range.overlaps(output.byteRange) }
  }
}
