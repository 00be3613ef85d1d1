import CInkKernels

extension CPU {
  /// The sum of the squares of all elements: double precision in chunks of fixed size that are added in order, so that
  /// the bits depend neither on the threads nor on the instruction set.
  ///
  /// - Parameter tensors: of contiguous f32.
  package func squaredNorm(_ tensors: [Tensor]) -> Double {
    let size = 4096
    var chunks: [(tensor: Int, start: Int)] = []
    for (index, tensor) in tensors.enumerated() {
      for start in stride(from: 0, to: tensor.elementCount, by: size) { chunks.append((index, start)) }
    }
    let elements = tensors.map(\.floats)
    var sums = [Double](repeating: 0, count: chunks.count)
    sums.withUnsafeMutableBufferPointer { sums in
      guard let sums = sums.baseAddress else { return }
      let kernels = updates
      threads.run(count: chunks.count, grain: 16) { range in
        for index in range {
          let (tensor, start) = chunks[index]
          let count = min(size, tensors[tensor].elementCount - start)
          sums[index] = kernels.call.squared_sum(
            GradientScale.identity.kernel, 1, nil, elements[tensor] + start, count)
        }
      }
    }
    withExtendedLifetime(tensors) {}
    return sums.reduce(0, +)
  }
}
