import CInkKernels

/// NF4 in panels: for each the codes of 16 rows, then the scales of its blocks; with double quantization the tables of
/// the second level stand behind the last panel, since their groups run through the whole matrix.
extension PackedMatrix {
  private static let levelCount = 256

  /// Packs NF4 weights [outputs, inputs], with exactly their values.
  ///
  /// - Throws: `shapeMismatch` unless rows are whole blocks of 64 and all of them are there.
  package static func pack(
    _ blocks: NormalFloatBlocks, outputs: Int, inputs: Int, cpu: CPU, arena: WeightArena? = nil
  ) throws(TensorError) -> PackedMatrix {
    let context = "weights [\(outputs), \(inputs)] in NF4"
    guard outputs >= 0, inputs > 0, inputs % NormalFloatBlocks.blockWidth == 0 else {
      throw TensorError(
        .shapeMismatch, context: context, expected: "rows of a multiple of \(NormalFloatBlocks.blockWidth)",
        hint: "Blocks would begin in one row and end in the next.")
    }
    let (count, overflow) = outputs.multipliedReportingOverflow(by: inputs)
    guard !overflow, count == blocks.elementCount else {
      throw TensorError(
        .shapeMismatch, context: context, expected: "as many codes", found: "\(blocks.elementCount) codes")
    }
    let scaling = blocks.scales.scaling
    let panelBytes = normalFloatPanelBytes(scaling, inputs: inputs)
    let byteCount = normalFloatByteCount(scaling, outputs: outputs, inputs: inputs)
    let memory: (storage: Storage, byteOffset: Int) =
      arena?.allocate(byteCount: byteCount) ?? (Storage.allocate(byteCount: byteCount), 0)
    let packed = PackedMatrix(
      outputs: outputs, inputs: inputs, layout: .normalFloat(scaling), storage: memory.storage,
      byteOffset: memory.byteOffset, panelBytes: panelBytes)
    packed.fill(with: blocks, cpu: cpu)
    return packed
  }

  /// Rounds weights [outputs, inputs] to NF4.
  ///
  /// - Throws: `shapeMismatch` unless the tensor is a matrix whose rows are whole blocks of 64, `unsupported` when a
  ///   number is not finite.
  package static func pack(
    rounding tensor: Tensor, _ scaling: NormalFloatScaling, cpu: CPU, arena: WeightArena? = nil
  ) throws(TensorError) -> PackedMatrix {
    guard tensor.shape.rank == 2, tensor.shape[1] > 0, tensor.shape[1] % NormalFloatBlocks.blockWidth == 0 else {
      throw TensorError(
        .shapeMismatch, context: "weights \(tensor.shape) in NF4",
        expected: "[outputs, inputs] with inputs a multiple of \(NormalFloatBlocks.blockWidth)",
        found: "\(tensor.shape)", hint: "Blocks would begin in one row and end in the next.")
    }
    return try pack(
      NormalFloatBlocks(rounding: tensor, scaling, on: cpu), outputs: tensor.shape[0], inputs: tensor.shape[1],
      cpu: cpu, arena: arena)
  }

  private static func normalFloatPanelBytes(_ scaling: NormalFloatScaling, inputs: Int) -> Int {
    let blocks = inputs / NormalFloatBlocks.blockWidth
    let scaleBytes =
      switch scaling {
      case .single: 4
      case .double: 1
      }
    return ink_nf4_code_bytes(blocks) + blocks * panelWidth * scaleBytes
  }

  /// The bytes of panels and tables.
  static func normalFloatByteCount(_ scaling: NormalFloatScaling, outputs: Int, inputs: Int) -> Int {
    let panels = (outputs + panelWidth - 1) / panelWidth * normalFloatPanelBytes(scaling, inputs: inputs)
    switch scaling {
    case .single: return panels
    case .double:
      let group = NormalFloatScales.SecondLevel.group
      let blocks = outputs * (inputs / NormalFloatBlocks.blockWidth)
      return panels + (1 + levelCount + (blocks + group - 1) / group) * 4
    }
  }

  private func fill(with blocks: NormalFloatBlocks, cpu: CPU) {
    let perRow = inputs / NormalFloatBlocks.blockWidth
    let codes = UnsafePointer((blocks.storage.base + blocks.byteOffset).assumingMemoryBound(to: UInt8.self))
    cpu.threads.run(count: panelCount, grain: max(1, (256 << 10) / panelBytes)) { chunk in
      for index in chunk {
        let first = index * PackedMatrix.panelWidth
        let rows = min(PackedMatrix.panelWidth, outputs - first)
        let out = panel(index).assumingMemoryBound(to: UInt8.self)
        ink_nf4_pack_codes(codes + first * inputs / 2, rows, perRow, out)
        switch blocks.scales {
        case .single(let values): interleave(values, firstRow: first, rows: rows, at: scalePlace(index), padding: 0)
        case .double(let values, _): interleave(values, firstRow: first, rows: rows, at: scalePlace(index), padding: 0)
        }
      }
    }
    guard case .double(_, let second) = blocks.scales, !cpu.isPlanning else { return }
    secondLevelPlace[0] = second.offset
    for (index, level) in second.levels.enumerated() { secondLevelPlace[1 + index] = level }
    for (index, scale) in second.scales.enumerated() {
      secondLevelPlace[1 + PackedMatrix.levelCount + index] = scale
    }
  }

  /// Puts the scales of up to 16 rows side by side.
  private func interleave<Scale>(
    _ scales: [Scale], firstRow: Int, rows: Int, at place: UnsafeMutableRawPointer, padding: Scale
  ) {
    let perRow = inputs / NormalFloatBlocks.blockWidth
    let out = place.assumingMemoryBound(to: Scale.self)
    for block in 0..<perRow {
      for lane in 0..<PackedMatrix.panelWidth {
        out[block * PackedMatrix.panelWidth + lane] = lane < rows ? scales[(firstRow + lane) * perRow + block] : padding
      }
    }
  }

  /// Where the scales of a panel lie.
  private func scalePlace(_ index: Int) -> UnsafeMutableRawPointer {
    panel(index) + ink_nf4_code_bytes(inputs / NormalFloatBlocks.blockWidth)
  }

  /// The offset, the levels and the scales of double quantization.
  private var secondLevelPlace: UnsafeMutablePointer<Float> {
    panel(panelCount).assumingMemoryBound(to: Float.self)
  }

  /// The scales of some panels as f32.
  struct PanelScales {
    /// [panel][block][16].
    let values: UnsafePointer<Float>
    /// Floats from one panel to the next.
    let stride: Int
    /// What keeps decoded ones alive.
    let storage: Storage?
  }

  /// The scales of some panels, where they lie or decoded.
  func normalFloatScales(_ panels: Range<Int>, _ scaling: NormalFloatScaling, on cpu: CPU) -> PanelScales {
    let blocks = inputs / NormalFloatBlocks.blockWidth
    let perPanel = blocks * PackedMatrix.panelWidth
    switch scaling {
    case .single:
      let place = scalePlace(panels.lowerBound).assumingMemoryBound(to: Float.self)
      return PanelScales(values: UnsafePointer(place), stride: panelBytes / 4, storage: nil)
    case .double:
      let storage = cpu.memory.allocate(byteCount: panels.count * perPanel * 4)
      let out = storage.base.assumingMemoryBound(to: Float.self)
      let tables = UnsafePointer(secondLevelPlace)
      var second = ink_nf4_second(
        levels: tables + 1, scales: tables + 1 + PackedMatrix.levelCount, offset: tables[0])
      for (position, index) in panels.enumerated() {
        let first = index * PackedMatrix.panelWidth
        ink_nf4_panel_scales(
          &second, scalePlace(index).assumingMemoryBound(to: UInt8.self), first * blocks,
          min(PackedMatrix.panelWidth, outputs - first), blocks, out + position * perPanel)
      }
      return PanelScales(values: UnsafePointer(out), stride: perPanel, storage: storage)
    }
  }

  /// Decodes part of the depth of a panel, whole blocks, to [depth][16].
  func widenNormalFloat(
    _ index: Int, depth: Range<Int>, _ scaling: NormalFloatScaling, into out: UnsafeMutablePointer<Float>, on cpu: CPU
  ) {
    let scales = normalFloatScales(index..<index + 1, scaling, on: cpu)
    let first = depth.lowerBound / NormalFloatBlocks.blockWidth
    let codes = UnsafePointer(panel(index).assumingMemoryBound(to: UInt8.self))
    cpu.kernels.call.widen_normal_float?(
      codes + ink_nf4_code_bytes(first), scales.values + first * PackedMatrix.panelWidth,
      depth.count / NormalFloatBlocks.blockWidth, out)
    withExtendedLifetime(scales) {}
  }

  /// Decodes one row.
  func readNormalFloatRow(_ row: Int, _ scaling: NormalFloatScaling, into out: UnsafeMutablePointer<Float>, on cpu: CPU)
  {
    let index = row / PackedMatrix.panelWidth
    let scales = normalFloatScales(index..<index + 1, scaling, on: cpu)
    ink_nf4_unpack_row(
      panel(index).assumingMemoryBound(to: UInt8.self), scales.values, row % PackedMatrix.panelWidth,
      inputs / NormalFloatBlocks.blockWidth, out)
    withExtendedLifetime(scales) {}
  }
}
