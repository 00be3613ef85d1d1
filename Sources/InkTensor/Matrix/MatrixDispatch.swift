import CInkKernels

/// One fused dispatch: products of one x with several matrices, cut into chunks of panels (and, where many rows of x
/// would not fit a core's cache, into blocks of rows) that threads claim.
struct MatrixDispatch {
  /// One matrix of the dispatch and where its product goes.
  struct Term {
    let matrix: PackedMatrix
    let output: UnsafeMutablePointer<Float>
    let epilogue: ink_epilogue
    /// The row of x and of the output that the product begins with.
    var firstRow = 0
  }

  let cpu: CPU
  let x: UnsafePointer<Float>
  let rows: Int
  let inputs: Int
  let terms: [Term]
  private let totalPanels: Int
  /// Rows of x that a chunk works on.
  let rowBlock: Int

  init(cpu: CPU, x: UnsafePointer<Float>, rows: Int, inputs: Int, terms: [Term]) {
    self.cpu = cpu
    self.x = x
    self.rows = rows
    self.inputs = inputs
    self.terms = terms
    totalPanels = terms.reduce(0) { $0 + $1.matrix.panelCount }
    // Half a megabyte of prepared activations stays in a second-level cache beside a panel of weights. The block is
    // a whole number of the tiles of both kinds of kernel.
    let tiles = cpu.kernels.call.float_tile_rows * cpu.kernels.call.packed_tile_rows
    let fitting = (512 << 10) / (inputs * 2)
    rowBlock = max(fitting / tiles, 1) * tiles
  }

  func run() {
    let activations = PreparedActivations(self, matrices: terms.lazy.map(\.matrix))
    let rowBlocks = (rows + rowBlock - 1) / rowBlock
    cpu.threads.run(count: totalPanels * rowBlocks, grain: grain) { chunk in
      var item = chunk.lowerBound
      while item < chunk.upperBound {
        let block = item / totalPanels
        let end = min(chunk.upperBound, (block + 1) * totalPanels)
        let firstRow = block * rowBlock
        multiply(
          panels: item - block * totalPanels..<end - block * totalPanels,
          rows: firstRow..<min(firstRow + rowBlock, rows), activations)
        item = end
      }
    }
  }

  /// Panels in a chunk: small enough that a core which is taken away holds up little, large enough to pay for a claim.
  private var grain: Int {
    let bytes = terms.reduce(0) { $0 + $1.matrix.panelCount * $1.matrix.panelBytes }
    let panelBytes = max(bytes / max(totalPanels, 1), 1)
    if rows == 1 {
      // Four panels: the float kernels work on so many at once.
      let panels = max(1, max(32 << 10, bytes / (cpu.threads.threadCount * 8)) / panelBytes)
      return terms.allSatisfy { $0.matrix.layout.hasFloatPanels } ? (panels + 3) / 4 * 4 : panels
    }
    let operations = PackedMatrix.panelWidth * inputs * min(rows, rowBlock)
    let panels = cpu.kernels.call.float_tile_panels
    return max(1, (1 << 21) / (operations * panels)) * panels
  }

  /// Cuts a range of the dispatch's panels where one matrix ends and the next begins.
  private func multiply(panels: Range<Int>, rows: Range<Int>, _ activations: PreparedActivations) {
    var first = 0
    for term in terms {
      let own = first..<first + term.matrix.panelCount
      let part = own.clamped(to: panels)
      first = own.upperBound
      if part.isEmpty { continue }
      let local = part.lowerBound - own.lowerBound..<part.upperBound - own.lowerBound
      multiply(term, panels: local, rows: rows, activations)
    }
  }

  /// Some panels of one matrix for some of its rows.
  func multiply(_ term: Term, panels: Range<Int>, rows: Range<Int>, _ activations: PreparedActivations) {
    switch term.matrix.layout {
    case .interleaved(let format):
      guard let layout = PackedLayout.kernelLayout(of: format) else { return }
      packedProduct(term, layout, panels: panels, rows: rows, activations)
    case .dense, .normalFloat, .blocks:
      FloatProduct(dispatch: self, term: term, rows: rows, activations: activations).run(panels: panels)
    }
  }

  private func packedProduct(
    _ term: Term, _ layout: ink_layout, panels: Range<Int>, rows: Range<Int>, _ activations: PreparedActivations
  ) {
    guard let blocks = activations.blocks else { return }
    let matrix = term.matrix
    let firstOutput = panels.lowerBound * PackedMatrix.panelWidth
    var call = ink_packed_call()
    call.panels = UnsafePointer(matrix.panel(panels.lowerBound).assumingMemoryBound(to: UInt8.self))
    call.panel_bytes = matrix.panelBytes
    call.panel_count = panels.count
    call.outputs = min(matrix.outputs - firstOutput, panels.count * PackedMatrix.panelWidth)
    call.blocks = inputs / PackedMatrix.blockWidth
    call.activations = blocks + (term.firstRow + rows.lowerBound) * call.blocks
    call.rows = rows.count
    call.activation_stride = call.blocks
    call.output = term.output + (term.firstRow + rows.lowerBound) * matrix.outputs + firstOutput
    call.output_stride = matrix.outputs
    call.epilogue = term.epilogue
    if let bias = call.epilogue.bias { call.epilogue.bias = bias + firstOutput }
    withUnsafePointer(to: cpu.kernels.call) { ink_packed_kernel($0, layout) }?(&call)
  }
}
