extension CPU {
  /// `x · weightᵀ` for each of several weights that share x, followed by the epilogue of each; recorded where a gradient
  /// of any part is wanted.
  ///
  /// Every element is one chain over the inputs in order, so a row's result depends neither on the other rows nor on
  /// the threads (law 2). With interleaved weights x is rounded to 8 bits with a scale for each 32 elements.
  ///
  /// - Parameters:
  ///   - x: [..., inputs], contiguous f32.
  ///   - weights: all with the same inputs.
  ///   - epilogues: one for each weight.
  /// - Returns: a tensor [..., outputs] for each weight.
  package func linear(_ x: Tensor, by weights: [Weight], epilogues: [MatrixEpilogue]) -> [Tensor] {
    let results = withoutTape.products(x, by: weights, epilogues: epilogues)
    let inputs = linearInputs(x, weights, epilogues)
    guard let tape, inputs.contains(where: tape.tracks) else { return results }
    // Without gradients of weights, x is not read on the way back.
    let isRead = weights.contains { $0.tensor.map(tape.tracks) ?? false }
    let keptInput = isRead ? tape.argument(x, on: self) : KeptTensor(place: x)
    let keptEpilogues = epilogues.map(\.hollow)
    return tape.append(results: results, of: inputs) { results in
      { flow in
        let gradients = results.map { flow.take($0) }
        for (epilogue, gradient) in zip(keptEpilogues, gradients) {
          guard let gradient else { continue }
          flow.addGradient(gradient, of: epilogue)
        }
        flow.addProducts(gradients, weights, input: keptInput)
      }
    }
  }

  /// The products of packed weights in one dispatch, those of dense ones, and of such as are decoded for many rows, in
  /// another.
  private func products(_ x: Tensor, by weights: [Weight], epilogues: [MatrixEpilogue]) -> [Tensor] {
    let isTiled = weights.map { $0.isTiled(rows: x.shape.rowCount) }
    let packed = weights.indices.filter { !isTiled[$0] }
    if packed.count == weights.count {
      return multiply(x, by: weights.map { $0.panels(on: self) }, epilogues: epilogues)
    }
    var results = zip(weights, isTiled).map { weight, isTiled in
      var shape = x.shape
      shape[-1] = weight.outputs
      return isTiled ? allocate(shape) : x
    }
    if !packed.isEmpty {
      let made = multiply(
        x, by: packed.map { weights[$0].panels(on: self) }, epilogues: packed.map { epilogues[$0] })
      for (index, result) in zip(packed, made) { results[index] = result }
    }
    products(
      weights.indices.filter { isTiled[$0] }.map {
        MatrixProduct(
          MatrixOperand(x), weights[$0].operand(.transposed), into: results[$0], epilogue: epilogues[$0])
      })
    return results
  }

  private func linearInputs(_ x: Tensor, _ weights: [Weight], _ epilogues: [MatrixEpilogue]) -> [Tensor] {
    [x] + weights.compactMap(\.tensor) + epilogues.flatMap { [$0.bias, $0.residual].compactMap { $0 } }
  }
}

extension MatrixEpilogue {
  /// The same without elements: gradients of sums do not read them.
  var hollow: MatrixEpilogue {
    switch self {
    case .none: .none
    case .bias(let bias): .bias(bias.hollow)
    case .residual(let residual): .residual(residual.hollow)
    case .biasAndResidual(let bias, let residual): .biasAndResidual(bias: bias.hollow, residual: residual.hollow)
    }
  }
}

extension GradientFlow {
  /// The gradients of what is added to a product.
  fileprivate mutating func addGradient(_ gradient: Tensor, of epilogue: MatrixEpilogue) {
    if let residual = epilogue.residual { add(gradient, to: residual) }
    guard let bias = epilogue.bias else { return }
    let cpu = cpu
    accumulate(into: bias) { bias, start in cpu.addRows(RowSum(gradient: gradient), to: bias, start) }
  }

  /// The gradients of the weights and of their common input: that of x is the sum over the weights in their order.
  fileprivate mutating func addProducts(_ gradients: [Tensor?], _ weights: [Weight], input: KeptTensor) {
    let cpu = cpu
    let parts = zip(weights, gradients).compactMap { weight, gradient in gradient.map { (weight, $0) } }
    let trained = parts.filter { $0.0.tensor.map(wants) ?? false }
    let x = trained.isEmpty ? input.place : input.read(on: cpu)
    accumulate(into: trained.compactMap(\.0.tensor)) { places in
      cpu.products(
        zip(trained, places).compactMap { part, place in
          place.map {
            MatrixProduct(
              MatrixOperand(part.1, .transposed), MatrixOperand(x), into: $0.buffer, start: $0.start)
          }
        })
    }
    guard wants(input.place) else { return }
    let result = cpu.allocate(input.place.shape)
    guard !parts.isEmpty else { return }
    cpu.products(
      parts.enumerated().map { index, part in
        MatrixProduct(
          MatrixOperand(part.1), part.0.operand(.asStored), into: result, start: index == 0 ? .zero : .fromOutput)
      })
    add(result, to: input.place)
  }
}
