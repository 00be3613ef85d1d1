import CInkKernels

extension PackedMatrix {
  /// Rows of the matrix as f32, exactly the values that the format defines: an embedding lookup.
  ///
  /// - Parameter ids: row numbers in `0..<outputs`; another is a programmer's error.
  /// - Returns: [ids.count, inputs].
  package func gatherRows(_ ids: [Int], cpu: CPU) -> Tensor {
    for id in ids where id < 0 || id >= outputs { trap("gatherRows", "row \(id) of \(outputs)") }
    let result = cpu.allocate([ids.count, inputs])
    let out = result.floats
    cpu.threads.run(count: ids.count, grain: max(1, 16_384 / inputs)) { chunk in
      for index in chunk { readRow(ids[index], into: out + index * inputs, on: cpu) }
    }
    return result
  }

  /// Decodes one row.
  func readRow(_ row: Int, into out: UnsafeMutablePointer<Float>, on cpu: CPU) {
    let source = panel(row / PackedMatrix.panelWidth)
    let lane = row % PackedMatrix.panelWidth
    switch layout {
    case .dense(.f32):
      let values = source.assumingMemoryBound(to: Float.self)
      for k in 0..<inputs { out[k] = values[k * PackedMatrix.panelWidth + lane] }
    case .dense(let dtype):
      let values = source.assumingMemoryBound(to: UInt16.self)
      for k in 0..<inputs {
        let bits = values[k * PackedMatrix.panelWidth + lane]
        out[k] = dtype == .f16 ? HalfPrecision.float(fromF16: bits) : Float(bitPattern: UInt32(bits) << 16)
      }
    case .interleaved(let format):
      guard let kernel = PackedLayout.kernelLayout(of: format) else { return }
      ink_panel_unpack_row(
        kernel, source.assumingMemoryBound(to: UInt8.self), lane, inputs / PackedMatrix.blockWidth, out)
    case .normalFloat(let scaling): readNormalFloatRow(row, scaling, into: out, on: cpu)
    case .blocks(let format):
      let bytes = panelBytes / PackedMatrix.panelWidth
      _ = ink_dequantize_row(Int32(format.rawValue), source + lane * bytes, out, inputs)
    }
  }

  /// Decodes the rows of one panel, [16, inputs] with those that exist.
  ///
  /// - Parameter out: room for all 16 rows.
  func readPanel(_ index: Int, into out: UnsafeMutablePointer<Float>, on cpu: CPU) {
    let source = panel(index)
    let width = PackedMatrix.panelWidth
    switch layout {
    case .dense(.f32):
      ink_float_transpose(source.assumingMemoryBound(to: Float.self), width, inputs, width, out, inputs)
    case .dense(let dtype):
      let wide = cpu.memory.allocate(byteCount: panelBytes * 2)
      let floats = wide.base.assumingMemoryBound(to: Float.self)
      let widen = dtype == .f16 ? cpu.kernels.call.widen_float16 : cpu.kernels.call.widen_bfloat16
      widen?(source.assumingMemoryBound(to: UInt16.self), inputs * width, floats)
      ink_float_transpose(floats, width, inputs, width, out, inputs)
      withExtendedLifetime(wide) {}
    case .interleaved(let format):
      guard let kernel = PackedLayout.kernelLayout(of: format) else { return }
      ink_panel_unpack(
        kernel, source.assumingMemoryBound(to: UInt8.self), inputs / PackedMatrix.blockWidth, out, inputs)
    case .normalFloat(let scaling):
      let wide = cpu.memory.allocate(byteCount: inputs * width * 4)
      let floats = wide.base.assumingMemoryBound(to: Float.self)
      widenNormalFloat(index, depth: 0..<inputs, scaling, into: floats, on: cpu)
      ink_float_transpose(floats, width, inputs, width, out, inputs)
      withExtendedLifetime(wide) {}
    case .blocks:
      let first = index * width
      for row in first..<min(first + width, outputs) { readRow(row, into: out + (row - first) * inputs, on: cpu) }
    }
  }
}
