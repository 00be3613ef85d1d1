import InkNN
package import InkTensor

extension EncoderDecoderLM {
  /// The cross-entropy of the tokens that the rows of targets are to predict.
  ///
  /// The scores of rows without weight are not computed.
  ///
  /// - Parameters:
  ///   - hidden: [rows, width], what ``hiddenStates(tokens:segments:states:dropout:activations:on:)`` gives.
  ///   - targets: the token that each row predicts; not looked at where the weight is zero.
  ///   - weights: for each row what its loss is multiplied with.
  ///   - labelSmoothing: the share of the loss that is the mean over the vocabulary.
  /// - Returns: the weighted sum, one element, and the loss of each row with a weight, in order.
  package func loss(
    of hidden: Tensor, targets: [Int32], weights: [Float], labelSmoothing: Float = 0, on cpu: CPU
  ) -> (loss: Tensor, rowLosses: [Float]) {
    let counted = weights.indices.filter { weights[$0] != 0 }
    let (input, projection) = head.asOneProduct(of: cpu.pickRows(counted, of: hidden), on: cpu)
    return cpu.crossEntropy(
      input, weight: projection.weight, bias: projection.bias,
      targets: counted.map { targets[$0] }, rowWeights: counted.map { weights[$0] },
      settings: CrossEntropySettings(scale: headScale, labelSmoothing: labelSmoothing))
  }
}
