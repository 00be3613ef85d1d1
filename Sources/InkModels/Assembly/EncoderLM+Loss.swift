import InkNN
package import InkTensor

extension EncoderLM {
  /// The cross-entropy of the tokens that stand in the place of rows (Devlin et al., 2018); nil without a head of masked
  /// language modelling.
  ///
  /// The scores of rows without weight are not computed.
  ///
  /// - Parameters:
  ///   - rows: [rows, width], those of ``EncoderStates``.
  ///   - targets: the token of each row; not looked at where the weight is zero.
  ///   - weights: for each row what its loss is multiplied with.
  ///   - labelSmoothing: the share of the loss that is the mean over the vocabulary.
  /// - Returns: the weighted sum, one element, and the loss of each row with a weight, in order.
  package func maskedLoss(
    of rows: Tensor, targets: [Int32], weights: [Float], labelSmoothing: Float = 0, on cpu: CPU
  ) -> (loss: Tensor, rowLosses: [Float])? {
    guard let head = heads.masked else { return nil }
    let counted = weights.indices.filter { weights[$0] != 0 }
    let picked = cpu.pickRows(counted, of: rows)
    let bent = head.norm(cpu.activate(head.transform(picked, on: cpu), head.activation), on: cpu)
    let (input, projection) = head.decoder.asOneProduct(of: bent, on: cpu)
    return cpu.crossEntropy(
      input, weight: projection.weight, bias: projection.bias, targets: counted.map { targets[$0] },
      rowWeights: counted.map { weights[$0] }, settings: CrossEntropySettings(labelSmoothing: labelSmoothing))
  }
}
