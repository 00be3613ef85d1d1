import CInkKernels

extension PackedMatrix {
  /// Packs row-major weights of a file.
  ///
  /// Pages of a mapped file are given back to the system as they are read, so that weights are resident once.
  /// Formats without an interleaved layout keep referring to `storage` and are not copied.
  ///
  /// - Parameters:
  ///   - storage: where the rows lie, for example a mapped file.
  ///   - range: their bytes, exactly `outputs` rows of `inputs` elements in `format`.
  ///   - cpu: does the work.
  ///   - arena: memory that the matrices of a model share; without one the matrix gets its own.
  /// - Throws: `shapeMismatch` when sizes disagree, `outOfRange` when the range leaves the storage, `unsupported` for a
  ///   format that nothing decodes.
  package static func pack(
    _ storage: Storage, range: Range<Int>, format: BlockFormat, outputs: Int, inputs: Int, cpu: CPU,
    arena: WeightArena? = nil
  ) throws(TensorError) -> PackedMatrix {
    let context = "weights [\(outputs), \(inputs)] in \(format.name)"
    guard outputs >= 0, inputs > 0, let rowBytes = format.byteCount(elements: inputs) else {
      throw TensorError(.shapeMismatch, context: context, expected: "rows of a multiple of \(format.elementsPerBlock)")
    }
    let (bytes, overflow) = rowBytes.multipliedReportingOverflow(by: outputs)
    guard !overflow, bytes == range.count else {
      throw TensorError(.shapeMismatch, context: context, expected: "\(bytes) bytes", found: "\(range.count)")
    }
    guard range.lowerBound >= 0, range.upperBound <= storage.byteCount else {
      throw TensorError(
        .outOfRange, context: context, expected: "bytes inside 0..<\(storage.byteCount)", found: "\(range)")
    }
    let layout = PackedLayout(for: format)
    guard case .blocks = layout else {
      return pack(
        storage, start: range.lowerBound, rowBytes: rowBytes, layout, outputs: outputs, inputs: inputs, cpu: cpu,
        arena: arena)
    }
    guard format.isReadable else {
      throw TensorError(.unsupported, context: context, expected: "a type with a decoder", found: format.name)
    }
    if format.dtype != nil {
      let tensor = try format.dequantize(storage, range: range, shape: [outputs, inputs])
      return try pack(tensor, cpu: cpu, arena: arena)
    }
    return PackedMatrix(
      outputs: outputs, inputs: inputs, layout: layout, storage: storage, byteOffset: range.lowerBound,
      panelBytes: rowBytes * panelWidth)
  }

  /// Packs a dense tensor [outputs, inputs]; f32, f16 and bf16 keep their type, others become f32.
  ///
  /// - Throws: `shapeMismatch` when the tensor is not a matrix.
  package static func pack(
    _ tensor: Tensor, cpu: CPU, arena: WeightArena? = nil
  ) throws(TensorError) -> PackedMatrix {
    guard tensor.shape.rank == 2, tensor.shape[1] > 0 else {
      throw TensorError(
        .shapeMismatch, context: "packing a tensor", expected: "[outputs, inputs]", found: "\(tensor.shape)")
    }
    var dense = tensor
    switch tensor.dtype {
    case .f32, .f16, .bf16: if !tensor.isContiguous { dense = tensor.contiguous() }
    case .f64, .f8e4m3, .f8e5m2, .i64, .i32, .i16, .i8, .u64, .u32, .u16, .u8, .bool: dense = tensor.toFloat32()
    }
    return pack(matrix: dense, cpu: cpu, arena: arena)
  }

  /// Packs a row-major matrix of f32, f16 or bf16.
  static func pack(matrix: Tensor, cpu: CPU, arena: WeightArena? = nil) -> PackedMatrix {
    let inputs = matrix.shape[1]
    return pack(
      matrix.storage, start: matrix.byteOffset, rowBytes: inputs * matrix.dtype.byteCount, .dense(matrix.dtype),
      outputs: matrix.shape[0], inputs: inputs, cpu: cpu, arena: arena)
  }

  private static func pack(
    _ source: Storage, start: Int, rowBytes: Int, _ layout: PackedLayout, outputs: Int, inputs: Int, cpu: CPU,
    arena: WeightArena?
  ) -> PackedMatrix {
    let panelBytes = panelBytes(layout, inputs: inputs)
    let panels = (outputs + panelWidth - 1) / panelWidth
    let byteCount = panels * panelBytes
    let memory: (storage: Storage, byteOffset: Int) =
      arena?.allocate(byteCount: byteCount) ?? (Storage.allocate(byteCount: byteCount), 0)
    let packed = PackedMatrix(
      outputs: outputs, inputs: inputs, layout: layout, storage: memory.storage, byteOffset: memory.byteOffset,
      panelBytes: panelBytes)
    cpu.threads.run(count: panels, grain: max(1, (512 << 10) / max(panelBytes, 1))) { chunk in
      for panel in chunk {
        let first = panel * panelWidth
        let rows = min(panelWidth, outputs - first)
        packed.fill(panel: panel, from: source.base + start + first * rowBytes, rowBytes: rowBytes, rows: rows)
      }
      let rows = chunk.lowerBound * panelWidth..<min(chunk.upperBound * panelWidth, outputs)
      source.discardResidentPages(start + rows.lowerBound * rowBytes..<start + rows.upperBound * rowBytes)
    }
    source.discardResidentRuns(around: start..<start + outputs * rowBytes)
    return packed
  }

  /// The bytes that a matrix of a file's format takes once it is packed: those of the file where its blocks are used as
  /// they are.
  package static func byteCount(packing format: BlockFormat, outputs: Int, inputs: Int) -> Int {
    switch PackedLayout(for: format) {
    case .dense, .interleaved:
      (outputs + panelWidth - 1) / panelWidth * panelBytes(PackedLayout(for: format), inputs: inputs)
    // No file's format is packed into NF4.
    case .normalFloat, .blocks: outputs * (format.byteCount(elements: inputs) ?? 0)
    }
  }

  private static func panelBytes(_ layout: PackedLayout, inputs: Int) -> Int {
    switch layout {
    case .dense(let dtype): return inputs * panelWidth * dtype.byteCount
    case .interleaved(let format), .blocks(let format):
      guard let kernel = PackedLayout.kernelLayout(of: format) else { return 0 }
      return ink_panel_bytes(kernel, inputs / blockWidth)
    case .normalFloat: return 0
    }
  }

  private func fill(panel index: Int, from source: UnsafeMutableRawPointer, rowBytes: Int, rows: Int) {
    let destination = panel(index)
    switch layout {
    case .dense(let dtype):
      if rows < PackedMatrix.panelWidth {
        destination.initializeMemory(as: UInt8.self, repeating: 0, count: panelBytes)
      }
      if dtype == .f32 {
        ink_float_interleave(
          source.assumingMemoryBound(to: Float.self), inputs, rows, inputs,
          destination.assumingMemoryBound(to: Float.self), PackedMatrix.panelWidth)
      } else {
        ink_half_interleave(
          source.assumingMemoryBound(to: UInt16.self), inputs, rows, inputs,
          destination.assumingMemoryBound(to: UInt16.self), PackedMatrix.panelWidth)
      }
    case .interleaved(let format):
      guard let kernel = PackedLayout.kernelLayout(of: format) else { return }
      withUnsafeTemporaryAllocation(of: UnsafePointer<UInt8>?.self, capacity: PackedMatrix.panelWidth) { pointers in
        for lane in 0..<PackedMatrix.panelWidth {
          pointers[lane] =
            lane < rows ? UnsafePointer((source + lane * rowBytes).assumingMemoryBound(to: UInt8.self)) : nil
        }
        ink_panel_pack(
          kernel, pointers.baseAddress, inputs / PackedMatrix.blockWidth,
          destination.assumingMemoryBound(to: UInt8.self))
      }
    case .normalFloat, .blocks: break
    }
  }
}
