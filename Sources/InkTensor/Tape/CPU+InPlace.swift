import CInkKernels

extension CPU {
  /// A copy of f32 values in memory of its own, which its owner may change.
  ///
  /// - Parameter offset: added to every value.
  package func copied(_ values: Tensor, adding offset: Float = 0) -> Tensor {
    let storage = Storage.allocate(byteCount: values.elementCount * 4)
    let result = Tensor(
      storage: storage, byteOffset: 0, dtype: .f32, shape: values.shape, strides: Tensor.rowMajorStrides(values.shape))
    let (from, to) = (values.floats, result.floats)
    forEachRow(values.elementCount, width: 1, cost: 1) { chunk in
      if offset == 0 {
        (to + chunk.lowerBound).update(from: from + chunk.lowerBound, count: chunk.count)
      } else {
        for index in chunk { to[index] = from[index] + offset }
      }
    }
    withExtendedLifetime(values) {}
    return result
  }

  /// Overwrites the elements of a tensor that the caller alone owns.
  package func copy(_ source: Tensor, into target: Tensor) {
    let (from, to) = (source.floats, target.floats)
    forEachRow(target.elementCount, width: 1, cost: 1) { chunk in
      (to + chunk.lowerBound).update(from: from + chunk.lowerBound, count: chunk.count)
    }
    withExtendedLifetime((source, target)) {}
  }

  /// Adds to the elements of a tensor that the caller alone owns.
  package func addInPlace(_ source: Tensor, to target: Tensor) {
    let (from, to) = (source.floats, target.floats)
    forEachRow(target.elementCount, width: 1, cost: 1) { chunk in
      let start = chunk.lowerBound
      rows.call.add(to + start, from + start, to + start, chunk.count)
    }
    withExtendedLifetime((source, target)) {}
  }

  /// `target += factor * source`, for a tensor that the caller alone owns.
  package func addInPlace(_ source: Tensor, times factor: Float, to target: Tensor) {
    let (from, to) = (source.floats, target.floats)
    forEachVectorChunk(target.elementCount, cost: 1) { start, count in
      rows.call.add_scaled(from + start, factor, to + start, count)
    }
    withExtendedLifetime((source, target)) {}
  }

  /// `target *= factor`, for a tensor that the caller alone owns.
  package func scaleInPlace(_ target: Tensor, by factor: Float) {
    let elements = target.floats
    forEachRow(target.elementCount, width: 1, cost: 1) { chunk in
      rows.call.scale(elements + chunk.lowerBound, factor, elements + chunk.lowerBound, chunk.count)
    }
    withExtendedLifetime(target) {}
  }

  /// The sum of the squares of all elements: chunks of fixed size in single precision, added in order in double, so that
  /// the number of threads changes nothing.
  package func squaredNorm(_ tensors: [Tensor]) -> Double {
    let size = 4096
    var total = 0.0
    for tensor in tensors {
      let count = (tensor.elementCount + size - 1) / size
      var sums = [Float](repeating: 0, count: count)
      let elements = tensor.floats
      sums.withUnsafeMutableBufferPointer { sums in
        guard let sums = sums.baseAddress else { return }
        threads.run(count: count, grain: 8) { chunk in
          for index in chunk {
            let start = elements + index * size
            sums[index] = rows.call.dot(start, start, min(size, tensor.elementCount - index * size))
          }
        }
      }
      for sum in sums { total += Double(sum) }
      withExtendedLifetime(tensor) {}
    }
    return total
  }
}
