import CInkKernels

/// Matrices of 8-bit floats with a scale for each block of rows and columns; the blocks at the right and lower edge may
/// be smaller (DeepSeek-AI, "DeepSeek-V3 Technical Report", 2024, section 3.3).
package struct BlockScaling: Sendable, Hashable {
  /// Rows that share a scale.
  package let rows: Int
  /// Columns that share a scale.
  package let columns: Int

  /// Blocks of a size; both are at least 1.
  package init(rows: Int, columns: Int) {
    self.rows = max(rows, 1)
    self.columns = max(columns, 1)
  }

  /// The scales that a matrix needs along each axis.
  package func scaleCounts(rows rowCount: Int, columns columnCount: Int) -> (rows: Int, columns: Int) {
    (BlockScaling.blocks(rowCount, rows), BlockScaling.blocks(columnCount, columns))
  }

  private static func blocks(_ count: Int, _ size: Int) -> Int { count / size + (count % size == 0 ? 0 : 1) }

  /// Every element times the scale of its block, rounded once, as f32.
  ///
  /// - Parameters:
  ///   - range: the bytes of the matrix, row-major.
  ///   - format: `f8e4m3` or `f8e5m2`.
  ///   - scales: one a block, row-major: ceil(rows / block rows) by ceil(columns / block columns).
  /// - Throws: `shapeMismatch` when the counts do not fit, `outOfRange` when the range leaves the storage,
  ///   `unsupported` for another format.
  package func decode(
    _ storage: Storage, range: Range<Int>, format: NarrowFloat, shape: Shape, scales: Tensor
  ) throws(TensorError) -> Tensor {
    guard format.byteCount == 1 else {
      throw TensorError(.unsupported, context: "block scales", expected: "8-bit floats", found: "\(format)")
    }
    guard shape.rank == 2, shape.checkedElementCount == range.count, range.count <= Int.max / 8 else {
      throw TensorError(
        .shapeMismatch, context: "block scales", expected: "a matrix of \(range.count) elements", found: "\(shape)")
    }
    guard range.lowerBound >= 0, range.upperBound <= storage.byteCount else {
      throw TensorError(
        .outOfRange, context: "block scales", expected: "bytes inside 0..<\(storage.byteCount)", found: "\(range)")
    }
    let counts = scaleCounts(rows: shape[0], columns: shape[1])
    let (wanted, overflow) = counts.rows.multipliedReportingOverflow(by: counts.columns)
    guard !overflow, scales.elementCount == wanted else {
      throw TensorError(
        .shapeMismatch, context: "block scales of a matrix \(shape)",
        expected: "\(counts.rows) by \(counts.columns) scales",
        found: "\(scales.shape)")
    }
    let result = try Tensor(
      storage: Storage.allocate(byteCount: range.count * 4), byteOffset: 0, dtype: .f32, shape: shape)
    // Rows without elements could be claimed in any number.
    guard !range.isEmpty else { return result }
    let factors = scales.toFloat32()
    fill(result.floats, storage.base + range.lowerBound, factors.floats, format, shape, scalesPerRow: counts.columns)
    return result
  }

  private func fill(
    _ out: UnsafeMutablePointer<Float>, _ source: UnsafeMutableRawPointer, _ scales: UnsafeMutablePointer<Float>,
    _ format: NarrowFloat, _ shape: Shape, scalesPerRow: Int
  ) {
    let width = shape[1]
    for row in 0..<shape[0] {
      let line = out + row * width
      if format == .f8e4m3 {
        ink_f8e4m3_to_f32(source + row * width, line, width)
      } else {
        ink_f8e5m2_to_f32(source + row * width, line, width)
      }
      let rowScales = scales + row / rows * scalesPerRow
      var start = 0
      var block = 0
      while start < width {
        let end = width - start > columns ? start + columns : width
        let scale = rowScales[block]
        for column in start..<end { line[column] *= scale }
        start = end
        block += 1
      }
    }
  }
}
