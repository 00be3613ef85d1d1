import CInkKernels

extension CPU {
  /// A copy of f32 values in memory of its own, which its owner may change.
  package func copied(_ values: Tensor) -> Tensor {
    let storage = Storage.allocate(byteCount: values.elementCount * 4)
    let result = Tensor(
      storage: storage, byteOffset: 0, dtype: .f32, shape: values.shape, strides: Tensor.rowMajorStrides(values.shape))
    let (from, to) = (values.floats, result.floats)
    forEachRow(values.elementCount, width: 1, cost: 1) { chunk in
      (to + chunk.lowerBound).update(from: from + chunk.lowerBound, count: chunk.count)
    }
    withExtendedLifetime(values) {}
    return result
  }

  /// Overwrites the elements of a tensor that the caller alone owns, by those of one of the same type.
  package func copy(_ source: Tensor, into target: Tensor) {
    guard source.dtype == target.dtype, source.elementCount == target.elementCount, source.isContiguous,
      target.isContiguous
    else { trap("copy", "\(source.dtype.rawValue) \(source.shape) into \(target.dtype.rawValue) \(target.shape)") }
    let (from, to) = (source.storage.base + source.byteOffset, target.storage.base + target.byteOffset)
    let width = target.dtype.byteCount
    forEachRow(target.elementCount, width: 1, cost: 1) { chunk in
      (to + chunk.lowerBound * width).copyMemory(
        from: from + chunk.lowerBound * width, byteCount: chunk.count * width)
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
}
