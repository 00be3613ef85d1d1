import CInkKernels
import Synchronization

/// Weights in NF4 as bitsandbytes lays them out: blocks of 64 through all elements in row-major order, two codes a byte,
/// and a scale for each block (Dettmers et al., 2023, "QLoRA").
///
/// A weight is the level of its code times the scale of its block, rounded once.
package struct NormalFloatBlocks: Sendable {
  /// The weights.
  package let elementCount: Int
  /// One a block.
  package let scales: NormalFloatScales
  let storage: Storage
  let byteOffset: Int

  /// Weights that share a scale.
  package static let blockWidth = Int(INK_NF4_BLOCK)

  /// The levels that the codes number, rising from -1 to 1.
  package static var levels: [Float] {
    withUnsafeBytes(of: ink_nf4_levels) { [Float]($0.bindMemory(to: Float.self)) }
  }

  private static func blockCount(_ elements: Int) -> Int {
    elements / blockWidth + (elements % blockWidth == 0 ? 0 : 1)
  }

  /// Takes what a file holds.
  ///
  /// - Parameters:
  ///   - range: the bytes of the codes, of each byte the upper half first.
  ///   - elementCount: the weights; the last block may have fewer than 64.
  /// - Throws: `shapeMismatch` when the counts do not fit one another, `outOfRange` when the range leaves the storage.
  package init(
    _ storage: Storage, range: Range<Int>, elementCount: Int, scales: NormalFloatScales
  ) throws(TensorError) {
    let context = "\(elementCount) weights in NF4"
    try FourBitBlocks.requireCodes(elementCount, in: storage, range, context)
    let blocks = NormalFloatBlocks.blockCount(elementCount)
    guard scales.count == blocks else {
      throw TensorError(.shapeMismatch, context: context, expected: "\(blocks) scales", found: "\(scales.count)")
    }
    if case .double(_, let second) = scales {
      let group = NormalFloatScales.SecondLevel.group
      let groups = blocks / group + (blocks % group == 0 ? 0 : 1)
      guard second.scales.count == groups else {
        throw TensorError(
          .shapeMismatch, context: context, expected: "\(groups) scales of the second level",
          found: "\(second.scales.count)")
      }
    }
    self.elementCount = elementCount
    self.scales = scales
    self.storage = storage
    byteOffset = range.lowerBound
  }

  /// Rounds weights to the nearest levels.
  ///
  /// - Throws: `shapeMismatch` when they are not whole blocks, `unsupported` when one is not finite.
  package init(rounding tensor: Tensor, _ scaling: NormalFloatScaling, on cpu: CPU) throws(TensorError) {
    let width = NormalFloatBlocks.blockWidth
    let elements = tensor.elementCount
    guard elements % width == 0 else {
      throw TensorError(
        .shapeMismatch, context: "weights \(tensor.shape) in NF4", expected: "a multiple of \(width) elements",
        found: "\(elements)")
    }
    let values = tensor.toFloat32()
    let codes = Storage.allocate(byteCount: elements / 2)
    let scales = cpu.memory.allocate(byteCount: elements / width * 4)
    let out = codes.base.assumingMemoryBound(to: UInt8.self)
    let scaleValues = scales.base.assumingMemoryBound(to: Float.self)
    let isFinite = Mutex(true)
    cpu.threads.run(count: elements / width, grain: 256) { chunk in
      let start = chunk.lowerBound * width
      let done = ink_nf4_quantize(
        values.floats + start, chunk.count, out + start / 2, scaleValues + chunk.lowerBound)
      if !done { isFinite.withLock { $0 = false } }
    }
    guard isFinite.withLock({ $0 }) else {
      throw TensorError(
        .unsupported, context: "weights \(tensor.shape) in NF4", expected: "finite numbers", found: "others",
        hint: "The weights are damaged; nothing that is computed with them would mean anything.")
    }
    elementCount = elements
    storage = codes
    byteOffset = 0
    // A plan of memory computes nothing, so there is nothing to read yet.
    let found =
      cpu.isPlanning
      ? [Float](repeating: 0, count: elements / width)
      : [Float](UnsafeBufferPointer(start: scaleValues, count: elements / width))
    self.scales = .keeping(found, scaling)
    withExtendedLifetime((values, scales)) {}
  }

  /// The weights as f32.
  ///
  /// - Throws: `shapeMismatch` when the shape has another number of elements.
  package func decoded(_ shape: Shape) throws(TensorError) -> Tensor {
    let blocks = try FourBitBlocks(
      storage, range: byteOffset..<byteOffset + elementCount / 2 + elementCount % 2, elementCount: elementCount,
      blockWidth: NormalFloatBlocks.blockWidth, levels: NormalFloatBlocks.levels, scales: scales.values)
    return try blocks.decoded(shape)
  }
}
