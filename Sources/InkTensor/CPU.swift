import CInkKernels

/// The processor as a backend: a team of threads and a pool of memory. Every operation is a method of it.
///
/// Passed to whoever computes; there is no global one.
public final class CPU: Sendable {
  /// The threads that operations run on.
  public let threads: ThreadPool
  let memory: StoragePool

  /// A backend with its own threads; `threads` is the number of them, by default one a processor.
  public init(threads: Int = ThreadPool.processorCount) {
    self.threads = ThreadPool(threads: threads)
    self.memory = StoragePool()
  }

  /// A row-major f32 tensor with undefined contents, for the operation that is about to write all of it.
  func allocate(_ shape: Shape) -> Tensor {
    let storage = memory.allocate(byteCount: shape.elementCount * 4)
    return Tensor(
      storage: storage, byteOffset: 0, dtype: .f32, shape: shape, strides: Tensor.rowMajorStrides(shape))
  }

  /// A row-major f32 tensor of zeros.
  package func zeros(_ shape: Shape) -> Tensor {
    let result = allocate(shape)
    result.floats.update(repeating: 0, count: shape.elementCount)
    return result
  }
}
