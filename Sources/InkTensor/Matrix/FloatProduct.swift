import CInkKernels

/// The product of rows of x with panels of a dense matrix, or of one that is decoded as it is used.
///
/// Activations come in tiles only where every term has all rows of x.
struct FloatProduct {
  let dispatch: MatrixDispatch
  let term: MatrixDispatch.Term
  let rows: Range<Int>
  let activations: PreparedActivations

  private var matrix: PackedMatrix { term.matrix }
  private var kernels: ink_matrix_kernels { dispatch.cpu.kernels.call }
  /// The depth up to which a chain is computed in one go; longer ones are cut so that a block of the weights stays in
  /// a second-level cache.
  private static let depthBlock = 2048

  func run(panels: Range<Int>) {
    let isDirect: Bool
    switch matrix.layout {
    case .dense(let dtype): isDirect = dtype == .f32 || rows.count < kernels.float_tile_rows
    case .normalFloat(let scaling):
      if rows.count < kernels.float_tile_rows { return multiplyNormalFloat(panels: panels, scaling) }
      isDirect = false
    case .interleaved, .blocks: isDirect = false
    }
    let isShort = rows.count < kernels.float_tile_rows || dispatch.inputs <= FloatProduct.depthBlock
    switch (isDirect, isShort) {
    case (true, true):
      multiply(
        panels: panels, weights: matrix.panel(panels.lowerBound),
        panelStride: dispatch.inputs * PackedMatrix.panelWidth,
        kernel: kernel)
    case (false, true): multiplyDecoded(panels: panels)
    case (_, false): multiplyInDepthBlocks(panels: panels)
    }
  }

  /// Few rows: codes become levels in registers.
  private func multiplyNormalFloat(panels: Range<Int>, _ scaling: NormalFloatScaling) {
    let scales = matrix.normalFloatScales(panels, scaling, on: dispatch.cpu)
    let firstOutput = panels.lowerBound * PackedMatrix.panelWidth
    let firstRow = term.firstRow + rows.lowerBound
    var call = ink_nf4_call()
    call.panels = UnsafePointer(matrix.panel(panels.lowerBound).assumingMemoryBound(to: UInt8.self))
    call.panel_bytes = matrix.panelBytes
    call.panel_count = panels.count
    call.outputs = min(matrix.outputs - firstOutput, panels.count * PackedMatrix.panelWidth)
    call.blocks = dispatch.inputs / NormalFloatBlocks.blockWidth
    call.scales = scales.values
    call.scale_stride = scales.stride
    call.activations = dispatch.x + firstRow * dispatch.inputs
    call.activation_stride = dispatch.inputs
    call.rows = rows.count
    call.output = term.output + firstRow * matrix.outputs + firstOutput
    call.output_stride = matrix.outputs
    call.epilogue = term.epilogue
    if let bias = call.epilogue.bias { call.epilogue.bias = bias + firstOutput }
    kernels.normal_float?(&call)
    withExtendedLifetime(scales) {}
  }

  /// A group of panels at a time, decoded to f32 and then used by all rows.
  private func multiplyDecoded(panels: Range<Int>) {
    let group = kernels.float_tile_panels
    let scratch = Scratch(self, depth: dispatch.inputs, chains: 0)
    var first = panels.lowerBound
    while first < panels.upperBound {
      let part = first..<min(first + group, panels.upperBound)
      let source = floatPanels(part, depth: 0..<dispatch.inputs, scratch)
      multiply(panels: part, weights: source.pointer, panelStride: source.stride, kernel: kernels.float32)
      first = part.upperBound
    }
  }

  /// A group of panels at a time, block by block of the depth, with the unfinished chains kept aside.
  private func multiplyInDepthBlocks(panels: Range<Int>) {
    let group = kernels.float_tile_panels
    let stride = group * PackedMatrix.panelWidth
    // Blocks of a file are decoded by whole rows.
    let depthBlock = matrix.layout.hasFloatPanels ? FloatProduct.depthBlock / 2 : dispatch.inputs
    let scratch = Scratch(self, depth: depthBlock, chains: rows.count * stride)
    var first = panels.lowerBound
    while first < panels.upperBound {
      let part = first..<min(first + group, panels.upperBound)
      var start = 0
      while start < dispatch.inputs {
        let depth = start..<min(start + depthBlock, dispatch.inputs)
        let source = floatPanels(part, depth: depth, scratch)
        multiply(
          panels: part, weights: source.pointer, panelStride: source.stride, depth: depth, chains: scratch.chains,
          stride: stride)
        start = depth.upperBound
      }
      finish(panels: part, chains: scratch.chains, stride: stride)
      first = part.upperBound
    }
  }

  /// Memory of a chunk: decoded weights of a group of panels, unfinished chains, the rows of a panel before they are
  /// interleaved.
  private struct Scratch {
    let weights: UnsafeMutablePointer<Float>
    let chains: UnsafeMutablePointer<Float>
    let rows: UnsafeMutablePointer<Float>
    private let storage: Storage

    init(_ product: FloatProduct, depth: Int, chains chainCount: Int) {
      let width = PackedMatrix.panelWidth
      let weightCount = product.kernels.float_tile_panels * depth * width
      let rowCount = product.matrix.layout.hasFloatPanels ? 0 : product.dispatch.inputs * width
      storage = product.dispatch.cpu.memory.allocate(byteCount: (weightCount + chainCount + rowCount) * 4)
      weights = storage.base.assumingMemoryBound(to: Float.self)
      chains = weights + weightCount
      rows = chains + chainCount
    }
  }

  /// Part of the depth of some panels as f32: where they lie when they are f32 already, else decoded into `scratch`.
  private func floatPanels(
    _ panels: Range<Int>, depth: Range<Int>, _ scratch: Scratch
  ) -> (pointer: UnsafeRawPointer, stride: Int) {
    let width = PackedMatrix.panelWidth
    let stride = depth.count * width
    switch matrix.layout {
    case .dense(.f32):
      let start = matrix.panel(panels.lowerBound) + depth.lowerBound * width * 4
      return (UnsafeRawPointer(start), dispatch.inputs * width)
    case .dense(let dtype):
      for (index, panel) in panels.enumerated() {
        let source = UnsafePointer(matrix.panel(panel).assumingMemoryBound(to: UInt16.self)) + depth.lowerBound * width
        let widen = dtype == .f16 ? kernels.widen_float16 : kernels.widen_bfloat16
        widen?(source, stride, scratch.weights + index * stride)
      }
    case .normalFloat(let scaling):
      for (index, panel) in panels.enumerated() {
        matrix.widenNormalFloat(
          panel, depth: depth, scaling, into: scratch.weights + index * stride, on: dispatch.cpu)
      }
    case .blocks, .interleaved:
      for (index, panel) in panels.enumerated() {
        let count = min(width, matrix.outputs - panel * width)
        for lane in 0..<count {
          matrix.readRow(panel * width + lane, into: scratch.rows + lane * dispatch.inputs, on: dispatch.cpu)
        }
        let target = scratch.weights + index * stride
        if count < width { target.update(repeating: 0, count: stride) }
        ink_float_interleave(scratch.rows, dispatch.inputs, count, dispatch.inputs, target, width)
      }
    }
    return (UnsafeRawPointer(scratch.weights), stride)
  }

  /// One block of the depth for all rows, into chains kept aside.
  private func multiply(
    panels: Range<Int>, weights: UnsafeRawPointer, panelStride: Int, depth: Range<Int>,
    chains: UnsafeMutablePointer<Float>,
    stride: Int
  ) {
    var call = ink_float_call()
    call.panels = weights
    call.panel_stride = panelStride
    call.depth_stride = PackedMatrix.panelWidth
    call.panel_count = panels.count
    call.outputs = panels.count * PackedMatrix.panelWidth
    call.depth = depth.count
    call.output = chains
    call.output_stride = stride
    call.start = Int32(depth.lowerBound == 0 ? INK_START_ZERO.rawValue : INK_START_FROM_OUTPUT.rawValue)
    forEachTile(&call, depthStart: depth.lowerBound) { kernels.float32?(&$0) }
  }

  /// The whole depth for all rows, straight into the output.
  private func multiply(
    panels: Range<Int>, weights: UnsafeRawPointer, panelStride: Int,
    kernel: (@convention(c) (UnsafePointer<ink_float_call>?) -> Void)?
  ) {
    let firstOutput = panels.lowerBound * PackedMatrix.panelWidth
    var call = ink_float_call()
    call.panels = weights
    call.panel_stride = panelStride
    call.depth_stride = PackedMatrix.panelWidth
    call.panel_count = panels.count
    call.outputs = min(matrix.outputs - firstOutput, panels.count * PackedMatrix.panelWidth)
    call.depth = dispatch.inputs
    call.output = term.output + (term.firstRow + rows.lowerBound) * matrix.outputs + firstOutput
    call.output_stride = matrix.outputs
    call.start = Int32(INK_START_ZERO.rawValue)
    call.epilogue = term.epilogue
    if let bias = call.epilogue.bias { call.epilogue.bias = bias + firstOutput }
    forEachTile(&call, depthStart: 0) { kernel?(&$0) }
  }

  private var kernel: (@convention(c) (UnsafePointer<ink_float_call>?) -> Void)? {
    switch matrix.layout {
    case .dense(.f16): kernels.float16
    case .dense(.bf16): kernels.bfloat16
    case .dense, .normalFloat, .blocks, .interleaved: kernels.float32
    }
  }

  /// Calls the kernel for each full tile of packed activations, then for the rows that are left.
  private func forEachTile(_ call: inout ink_float_call, depthStart: Int, _ body: (inout ink_float_call) -> Void) {
    let tileRows = kernels.float_tile_rows
    let output = call.output
    var row = rows.lowerBound
    if let tiles = activations.tiles {
      call.activation_row_stride = 1
      call.activation_depth_stride = tileRows
      call.rows = tileRows
      while row + tileRows <= rows.upperBound {
        call.activations = tiles + row * dispatch.inputs + depthStart * tileRows
        call.output = output.map { $0 + (row - rows.lowerBound) * call.output_stride }
        body(&call)
        row += tileRows
      }
    }
    if row < rows.upperBound {
      call.activation_row_stride = dispatch.inputs
      call.activation_depth_stride = 1
      call.rows = rows.upperBound - row
      call.activations = dispatch.x + (term.firstRow + row) * dispatch.inputs + depthStart
      call.output = output.map { $0 + (row - rows.lowerBound) * call.output_stride }
      body(&call)
    }
  }

  private func finish(panels: Range<Int>, chains: UnsafePointer<Float>, stride: Int) {
    let firstOutput = panels.lowerBound * PackedMatrix.panelWidth
    let count = min(matrix.outputs - firstOutput, panels.count * PackedMatrix.panelWidth)
    let bias = term.epilogue.bias.map { $0 + firstOutput }
    for row in rows {
      ink_apply_epilogue(
        chains + (row - rows.lowerBound) * stride, count, bias, term.epilogue.adds_to_output,
        term.output + (term.firstRow + row) * matrix.outputs + firstOutput)
    }
  }
}

extension PackedLayout {
  /// Whether the float kernels read its panels, from any block of the depth on.
  var hasFloatPanels: Bool {
    switch self {
    case .dense, .normalFloat: true
    case .interleaved, .blocks: false
    }
  }
}
