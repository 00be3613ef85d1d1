import InkTensor

/// What is said of the weights of a checkpoint, without reading any: how each is stored, and what it is once it is decoded.
package struct WeightInventory: Sendable, Hashable {
  /// The weights as they are stored, without the tensors that only stand for their scales.
  package let stored: [TensorInfo]
  /// The same weights once they are decoded, in the same order.
  package let decoded: [TensorInfo]

  /// Of a checkpoint whose tensors are the weights themselves.
  package init(_ tensors: [TensorInfo]) {
    stored = tensors
    decoded = tensors
  }

  /// Of a checkpoint whose weights may go with scales; a weight whose description is damaged is told as it is stored.
  package init(_ source: any TensorSource, _ decoding: WeightDecoding) {
    let weights = DecodedSource(source, decoding)
    stored = weights.tensorNames.compactMap { source.info($0) }
    decoded = stored.map { weights.info($0.name) ?? $0 }
  }
}

extension WeightDecoding {
  /// Type and shape that a tensor of the source has once it is decoded; reads no weights.
  ///
  /// - Throws: what is wrong with the description of a weight of 4 bits.
  func info(_ name: String, in source: any TensorSource) throws(FormatError) -> TensorInfo {
    let stored = try source.stored(name).info
    let shape: Shape
    switch self {
    case .asStored: return stored
    case .scaled(let suffix, _):
      guard source.contains(name + suffix) else { return stored }
      shape = stored.shape
    case .fourBit:
      guard let state = try FourBitState(of: name, in: source) else { return stored }
      shape = state.shape
    case .byteRows:
      guard ByteRows.hasScales(name, in: source) else { return stored }
      shape = stored.shape
    }
    let type = ElementType.dense(.f32)
    return TensorInfo(name: name, type: type, shape: shape, byteCount: type.byteCount(shape) ?? stored.byteCount)
  }
}
