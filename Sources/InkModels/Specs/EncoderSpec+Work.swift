import InkNN

extension EncoderSpec {
  /// The elements of the matrices that one token is multiplied with.
  package var matrixElementsPerToken: Int {
    layers.reduce(0) { sum, layer in
      let inner = layer.attention.heads * layer.attention.headWidth
      return sum + 4 * width * inner + layer.feedForward.matrixElements(width)
    }
  }
}
