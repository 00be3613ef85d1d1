/// A checkpoint with its 8-bit floats decoded: what stands for scales is not among its tensors.
package struct DecodedSource: TensorSource {
  private let source: any TensorSource
  private let decoding: WeightDecoding
  package let tensorNames: [String]
  /// Tensors that only concern the quantization of activations.
  package let dropped: [String]

  /// A view of a source; nothing is decoded before it is asked for.
  package init(_ source: any TensorSource, _ decoding: WeightDecoding) {
    self.source = source
    self.decoding = decoding
    dropped = source.tensorNames.filter { decoding.isActivationScale($0) }
    tensorNames = source.tensorNames.filter { name in
      if decoding.isActivationScale(name) { return false }
      return decoding.scaledName(of: name).map { !source.contains($0) } ?? true
    }
  }

  package var path: String { source.path }

  package func contains(_ name: String) -> Bool { source.contains(name) }

  package func find(_ name: String) -> StoredTensor? { try? stored(name) }

  package func info(_ name: String) -> TensorInfo? { try? decoding.info(name, in: source) }

  package func stored(_ name: String) throws(FormatError) -> StoredTensor { try decoding.tensor(name, in: source) }
}
