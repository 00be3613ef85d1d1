package import InkTensor

/// Arrays saved by NumPy: `.npy` files, which are mapped, and the members of `.npz` archives.
public enum NumPyArray {
  /// Opens a `.npy` file; the tensor is a view of it unless it was saved in Fortran order.
  ///
  /// - Parameter name: the name to give the tensor.
  /// - Throws: `cannotOpen`; `unsupported` for big-endian numbers, objects and records; `malformed`, `truncated`,
  ///   `outOfRange` for a damaged file.
  public static func open(_ path: String, name: String = "array") throws(FormatError) -> StoredTensor {
    let storage = try StoredFile.map(path)
    return try read(storage, range: 0..<storage.byteCount, name: name, file: path)
  }

  /// Reads an array that lies in `range` of a storage; `file` stands for it in messages.
  package static func read(
    _ storage: Storage, range: Range<Int>, name: String, file: String
  ) throws(FormatError) -> StoredTensor {
    let header = try NumPyHeader(storage, range: range, file: file)
    let type = ElementType.dense(header.dtype)
    let available = range.upperBound - header.dataStart
    guard let byteCount = type.byteCount(header.shape), byteCount == available else {
      throw FormatError(
        .outOfRange, file: file, context: "array \(FormatError.quoted(name))",
        expected: "the bytes of \(type) \(header.shape)", found: "\(available)",
        hint: "The file is damaged or was not downloaded whole.")
    }
    let width = header.dtype.byteCount
    let isAligned = header.dataStart % width == 0
    guard byteCount > 0, header.order == .firstAxis || !isAligned else {
      return try StoredTensor(
        name: name, type: type, shape: header.shape, storage: storage,
        byteRange: header.dataStart..<header.dataStart + byteCount, file: file)
    }
    let copy = Storage.gatheringStrided(
      storage, byteOffset: header.dataStart, elementByteCount: width, shape: header.shape,
      strides: strides(header.shape, header.order))
    return try StoredTensor(
      name: name, type: type, shape: header.shape, storage: copy, byteRange: 0..<byteCount, file: file)
  }

  private static func strides(_ shape: Shape, _ order: NumPyHeader.Order) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.rank)
    var step = 1
    let axes = Array(0..<shape.rank)
    for axis in order == .firstAxis ? axes : axes.reversed() {
      strides[axis] = step
      step *= shape[axis]
    }
    return strides
  }
}
