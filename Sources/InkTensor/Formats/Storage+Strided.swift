extension Storage {
  /// A new storage with the elements of a strided view in row-major order.
  ///
  /// A programmer's error if an element leaves the source; loaders check that before.
  ///
  /// - Parameters:
  ///   - byteOffset: where the first element lies.
  ///   - elementByteCount: 1, 2, 4 or 8.
  ///   - strides: the distance between neighbours along each axis, in elements, not negative.
  package static func gatheringStrided(
    _ source: Storage, byteOffset: Int, elementByteCount: Int, shape: Shape, strides: [Int]
  ) -> Storage {
    let result = Storage.allocate(byteCount: shape.elementCount * elementByteCount)
    guard shape.elementCount > 0 else { return result }
    let reach = zip(shape.array, strides).reduce(0) { $0 + ($1.0 - 1) * $1.1 }
    if strides.count != shape.rank || byteOffset < 0 || strides.contains(where: { $0 < 0 })
      || byteOffset + (reach + 1) * elementByteCount > source.byteCount
    {
      trap("gatheringStrided", "\(shape) with strides \(strides) at byte \(byteOffset) of \(source.byteCount)")
    }
    let from = UnsafeRawPointer(source.base + byteOffset)
    switch elementByteCount {
    case 1: copyStrided(from, result.base, UInt8.self, shape.array, strides)
    case 2: copyStrided(from, result.base, UInt16.self, shape.array, strides)
    case 4: copyStrided(from, result.base, UInt32.self, shape.array, strides)
    case 8: copyStrided(from, result.base, UInt64.self, shape.array, strides)
    default: trap("gatheringStrided", "elements of \(elementByteCount) bytes")
    }
    return result
  }

  /// Row after row of the last axis; the others count like the digits of a number.
  private static func copyStrided<Element: FixedWidthInteger & BitwiseCopyable>(
    _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ type: Element.Type, _ extents: [Int],
    _ strides: [Int]
  ) {
    let width = MemoryLayout<Element>.size
    let rowLength = extents.last ?? 1
    let rowStride = (strides.last ?? 1) * width
    let outer = extents.dropLast().reduce(1, *)
    var index = [Int](repeating: 0, count: max(extents.count - 1, 0))
    var write = target
    for _ in 0..<outer {
      var read = source
      for (axis, position) in index.enumerated() { read += position * strides[axis] * width }
      for column in 0..<rowLength {
        write.storeBytes(of: read.loadUnaligned(fromByteOffset: column * rowStride, as: Element.self), as: Element.self)
        write += width
      }
      for axis in stride(from: index.count - 1, through: 0, by: -1) {
        index[axis] += 1
        if index[axis] < extents[axis] { break }
        index[axis] = 0
      }
    }
  }
}
