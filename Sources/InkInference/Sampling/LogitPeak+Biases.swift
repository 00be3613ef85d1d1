extension LogitPeak {
  /// The best token once biases are added, found without another pass over the row.
  ///
  /// - Parameters:
  ///   - biases: what is added to the logits of tokens; those outside the row are passed over.
  ///   - logits: the row that this is the peak of.
  /// - Returns: nil when the whole row has to be looked at: the peak has a bias itself, or a sum is no number to compare.
  func token(biased biases: [Int32: Float], in logits: Span<Float>) -> Int32? {
    guard biases[token] == nil else { return nil }
    var best = (token: token, logit: logit)
    // In any order: the highest logit wins, the lowest id a tie.
    for (other, bias) in biases where logits.indices.contains(Int(other)) {
      let sum = logits[Int(other)] + bias
      guard sum < .infinity else { return nil }
      if sum > best.logit || (sum == best.logit && other < best.token) { best = (other, sum) }
    }
    return best.token
  }
}
