import CInkKernels

/// Weights as codes of 4 bits that number the levels of a table, with a scale for each block: what bitsandbytes calls NF4
/// and FP4, which differ in the table only (Dettmers et al., 2023, "QLoRA").
///
/// Blocks go through all elements in row-major order, two codes a byte, of each byte the upper half first. A weight is
/// the level of its code times the scale of its block, rounded once. ``NormalFloatBlocks`` are those of them that can be
/// computed with as they are.
package struct FourBitBlocks: Sendable {
  /// Entries of the table.
  package static let levelCount = 16
  /// The weights.
  package let elementCount: Int
  /// Weights that share a scale.
  package let blockWidth: Int
  private let levels: [Float]
  private let scales: [Float]
  private let storage: Storage
  private let byteOffset: Int

  /// Takes what a file holds.
  ///
  /// - Parameters:
  ///   - range: the bytes of the codes.
  ///   - elementCount: the weights; the last block may have fewer than the others.
  ///   - blockWidth: an even number.
  ///   - levels: the numbers of the 16 codes.
  ///   - scales: one a block.
  /// - Throws: `shapeMismatch` when the counts do not fit one another, `outOfRange` when the range leaves the storage.
  package init(
    _ storage: Storage, range: Range<Int>, elementCount: Int, blockWidth: Int, levels: [Float], scales: [Float]
  ) throws(TensorError) {
    let context = "\(elementCount) weights of 4 bits"
    try FourBitBlocks.requireCodes(elementCount, in: storage, range, context)
    guard blockWidth > 0, blockWidth % 2 == 0 else {
      throw TensorError(
        .shapeMismatch, context: context, expected: "blocks of an even number of weights", found: "\(blockWidth)")
    }
    let blocks = elementCount / blockWidth + (elementCount % blockWidth == 0 ? 0 : 1)
    guard levels.count == FourBitBlocks.levelCount, scales.count == blocks else {
      throw TensorError(
        .shapeMismatch, context: context, expected: "\(FourBitBlocks.levelCount) levels and \(blocks) scales",
        found: "\(levels.count) and \(scales.count)")
    }
    self.elementCount = elementCount
    self.blockWidth = blockWidth
    self.levels = levels
    self.scales = scales
    self.storage = storage
    byteOffset = range.lowerBound
  }

  /// Checks that a range holds so many codes, two a byte.
  static func requireCodes(
    _ count: Int, in storage: Storage, _ range: Range<Int>, _ context: String
  ) throws(TensorError) {
    guard count >= 0, range.count == count / 2 + count % 2 else {
      throw TensorError(
        .shapeMismatch, context: context, expected: "two codes a byte", found: "\(range.count) bytes")
    }
    guard range.lowerBound >= 0, range.upperBound <= storage.byteCount else {
      throw TensorError(
        .outOfRange, context: context, expected: "bytes inside 0..<\(storage.byteCount)", found: "\(range)")
    }
  }

  /// The weights as f32.
  ///
  /// - Throws: `shapeMismatch` when the shape has another number of elements.
  package func decoded(_ shape: Shape) throws(TensorError) -> Tensor {
    guard shape.checkedElementCount == elementCount, elementCount <= Int.max / 8 else {
      throw TensorError(
        .shapeMismatch, context: "\(elementCount) weights of 4 bits", expected: "a shape of as many elements",
        found: "\(shape)")
    }
    let result = try Tensor(
      storage: Storage.allocate(byteCount: elementCount * 4), byteOffset: 0, dtype: .f32, shape: shape)
    let codes = UnsafePointer((storage.base + byteOffset).assumingMemoryBound(to: UInt8.self))
    levels.withUnsafeBufferPointer { levels in
      scales.withUnsafeBufferPointer { scales in
        ink_four_bit_dequantize(
          codes, levels.baseAddress, scales.baseAddress, blockWidth, elementCount, result.floats)
      }
    }
    withExtendedLifetime(storage) {}
    return result
  }
}
