/// The general product of f32 matrices: the three products of a linear layer in training.
///
/// Every element is one chain of fused multiply-adds over the inner axis in order. Its bits depend neither on the
/// threads nor on the instruction set nor on how the work is cut, and are those of ``CPU/multiply(_:by:epilogue:)`` with
/// dense f32 weights and of ``CPU/matmul(_:_:order:)`` (law 2).
extension CPU {
  /// `output = left · right`, or with `.fromOutput` `output += left · right`, then the epilogue.
  ///
  /// ```
  /// y:  product(x, MatrixOperand(weights, .transposed), into: y, epilogue: .bias(bias))
  /// dx: product(dy, weights, into: dx)
  /// dW: product(MatrixOperand(dy, .transposed), x, into: dW, start: .fromOutput)
  /// ```
  ///
  /// - Parameters:
  ///   - left: [m, k].
  ///   - right: [k, n].
  ///   - output: [m, n], written in place.
  ///   - start: where the chains begin.
  ///   - epilogue: what is added to finished chains.
  package func product(
    _ left: MatrixOperand, _ right: MatrixOperand, into output: Tensor, start: ProductStart = .zero,
    epilogue: MatrixEpilogue = .none
  ) {
    products([MatrixProduct(left, right, into: output, start: start, epilogue: epilogue)])
  }

  /// `left · right` as a new tensor [m, n], then the epilogue.
  package func product(
    _ left: MatrixOperand, _ right: MatrixOperand, epilogue: MatrixEpilogue = .none
  ) -> Tensor {
    let output = allocate([left.rows, right.columns])
    product(left, right, into: output, epilogue: epilogue)
    return output
  }

  /// Several products, with the results of doing them one after the other.
  ///
  /// They share dispatches, and an operand that several of them read the same way is prepared once: query, key and
  /// value of one x; gate and up; the experts of a mixture, each with the rows routed to it (``Tensor/slice(_:)``).
  /// Products may have the same output, whose chains then go on from one to the next. An output is no operand of
  /// another product.
  package func products(_ products: [MatrixProduct]) {
    var schedule = ProductSchedule(cpu: self)
    for product in products where product.output.elementCount > 0 { schedule.add(product) }
    schedule.finish()
    withExtendedLifetime(products) {}
  }
}
