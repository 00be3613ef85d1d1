import CInkKernels

extension BlockFormat {
  /// Blocks that one claim of a thread takes at least.
  private static let blocksPerClaim = 64

  /// Rounds a tensor to this format on several threads; the bits do not depend on their number, since each block is
  /// made of its own elements alone.
  ///
  /// - Returns: the blocks in row-major order.
  /// - Throws: as ``quantize(_:)``.
  package func quantize(_ tensor: Tensor, on threads: ThreadPool) throws(TensorError) -> Storage {
    let elements = tensor.elementCount
    guard isWritable, tensor.shape.rank == 0 || tensor.shape[-1] % elementsPerBlock == 0,
      let bytes = byteCount(elements: elements)
    else { return try quantize(tensor) }
    let result = Storage.allocate(byteCount: bytes)
    let values = tensor.toFloat32()
    let (source, target, number) = (values.floats, result.base, Int32(rawValue))
    threads.run(count: elements / elementsPerBlock, grain: BlockFormat.blocksPerClaim) { blocks in
      _ = ink_quantize_row(
        number, source + blocks.lowerBound * elementsPerBlock, target + blocks.lowerBound * bytesPerBlock,
        blocks.count * elementsPerBlock)
    }
    return result
  }
}
