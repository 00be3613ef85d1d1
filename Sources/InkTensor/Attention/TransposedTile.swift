import CInkKernels

/// A tile of keys with the tokens side by side, [keyWidth][64], made of one with the elements side by side.
struct TransposedTile {
  private let layer: KeyValueLayout.Layer
  private let storage: Storage

  /// Room for a tile of a layer.
  init(_ layer: KeyValueLayout.Layer, _ cpu: CPU) {
    self.layer = layer
    let elements = layer.keyWidth * KeyValueLayout.tokensPerPage
    storage = cpu.memory.allocate(byteCount: elements * layer.element.byteCount)
  }

  /// Turns the first tokens of a tile [64][valueStride] and returns where they are then. Whole panels of 16 are turned,
  /// because the kernels read them.
  func fill(from rows: UnsafeRawPointer, tokens: Int) -> UnsafeRawPointer {
    let count = (tokens + 15) / 16 * 16
    let tile = KeyValueLayout.tokensPerPage
    switch layer.element {
    case .f32:
      ink_float_transpose(
        rows.assumingMemoryBound(to: Float.self), layer.valueStride, count, layer.keyWidth,
        storage.base.assumingMemoryBound(to: Float.self), tile)
    case .f16:
      ink_half_transpose(
        rows.assumingMemoryBound(to: UInt16.self), layer.valueStride, count, layer.keyWidth,
        storage.base.assumingMemoryBound(to: UInt16.self), tile)
    case .q8:
      ink_byte_transpose(
        rows.assumingMemoryBound(to: Int8.self), layer.valueStride, count, layer.keyWidth,
        storage.base.assumingMemoryBound(to: Int8.self), tile)
    }
    return UnsafeRawPointer(storage.base)
  }
}
