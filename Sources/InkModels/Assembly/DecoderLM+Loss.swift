import InkNN
package import InkTensor

extension DecoderLM {
  /// The cross-entropy of the tokens that the rows of a step are to predict.
  ///
  /// The scores of rows without weight are not computed.
  ///
  /// - Parameters:
  ///   - hidden: [rows, width], what ``hiddenStates(tokens:segments:embedded:observer:experts:on:)`` gives.
  ///   - targets: the token that each row predicts; not looked at where the weight is zero.
  ///   - weights: for each row what its loss is multiplied with.
  ///   - labelSmoothing: the share of the loss that is the mean over the vocabulary.
  ///   - zLoss: multiplies the squared logarithm of the softmax's denominator.
  /// - Returns: the weighted sum, one element, and the loss of each row with a weight, in order.
  package func loss(
    of hidden: Tensor, targets: [Int32], weights: [Float], labelSmoothing: Float = 0, zLoss: Float = 0, on cpu: CPU
  ) -> (loss: Tensor, rowLosses: [Float]) {
    let rows = weights.indices.filter { weights[$0] != 0 }
    let picked = rows.count == weights.count ? hidden : cpu.pickRows(rows, of: hidden)
    let inner = if let input = head.input { input(picked, on: cpu) } else { picked }
    let (input, projection) = head.projection(on: cpu).asOneProduct(of: inner, on: cpu)
    return cpu.crossEntropy(
      input, weight: projection.weight, bias: projection.bias, factors: head.rowFactors,
      targets: rows.map { targets[$0] }, rowWeights: rows.map { weights[$0] },
      settings: CrossEntropySettings(
        scale: head.scale, softCap: head.softCap, labelSmoothing: labelSmoothing, zLoss: zLoss))
  }
}
