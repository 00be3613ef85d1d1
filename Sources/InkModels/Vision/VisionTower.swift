import InkNN
package import InkTensor

/// A vision transformer with its weights (Dosovitskiy et al., 2021).
package struct VisionTower: Sendable {
  /// What it was built from.
  package let spec: VisionSpec
  /// The map of a patch's pixels, colour by colour and row by row, to a row.
  private let patches: Linear
  /// The row of the whole with its position, then the positions of the patches: [1 + patches, width].
  private let firstRows: Tensor
  private let inputNorm: Norm?
  private let layers: LayerStack
  private let outputNorm: Norm?

  /// Reads the tower's weights, whose names begin with `prefix`.
  init(_ spec: VisionSpec, prefix: String, _ reader: inout WeightReader) throws(ModelLoadError) {
    try reader.requireInference("\(prefix)patches.weight")
    let (edge, width) = (spec.patchSize, spec.width)
    self.spec = spec
    patches = Linear(
      weight: try reader.matrix(
        "\(prefix)patches.weight", outputs: width, inputs: spec.channels * edge * edge,
        storedShape: [width, spec.channels, edge, edge]), bias: nil)
    let whole = try reader.vector("\(prefix)whole", count: width).toArray()
    let count = 1 + spec.patchCount
    let positions = try reader.matrix("\(prefix)positions.weight", outputs: count, inputs: width)
    var rows = reader.cpu.gatherRows(Array(0..<count), of: positions).toArray()
    for index in 0..<width { rows[index] = whole[index] + rows[index] }
    firstRows = Tensor(rows, shape: [count, width])
    var norm: Norm?
    if let kind = spec.inputNorm { norm = try reader.norm("\(prefix)inputNorm", kind, width: width) }
    inputNorm = norm
    layers = try LayerStack(spec.layers, prefix: prefix, width: width, mask: .bidirectional, &reader)
    norm = nil
    if let kind = spec.outputNorm { norm = try reader.norm("\(prefix)outputNorm", kind, width: width) }
    outputNorm = norm
  }

  /// Rows of a picture: the whole and its patches.
  package var rowsPerImage: Int { 1 + spec.patchCount }

  /// The residual stream behind the last layer, [images * (1 + patches), width].
  ///
  /// - Parameters:
  ///   - images: pixels of each, [channels, imageSize, imageSize]; another shape is a programmer's error.
  ///   - observer: called with 0 before the first block and with `i` after block `i`.
  package func states(
    of images: [Tensor], observer: ((Int, Tensor) -> Void)? = nil, on cpu: CPU
  ) -> Tensor {
    let embedded = embed(images, on: cpu)
    let x = inputNorm.map { $0(embedded, on: cpu) } ?? embedded
    return layers(x, lengths: images.map { _ in rowsPerImage }, observer: observer, on: cpu)
  }

  /// The normalized row of the whole of each picture, [images, width], of states behind the last layer.
  package func pooled(_ states: Tensor, on cpu: CPU) -> Tensor {
    let rows = stride(from: 0, to: states.shape[0], by: rowsPerImage).flatMap { states[$0].toArray() }
    let pooled = Tensor(rows, shape: [states.shape[0] / rowsPerImage, spec.width])
    return outputNorm.map { $0(pooled, on: cpu) } ?? pooled
  }

  private func embed(_ images: [Tensor], on cpu: CPU) -> Tensor {
    let product = patches(pixelRows(images), on: cpu).toArray()  // [images * patches, width]
    let first = firstRows.toArray()
    let width = spec.width
    var rows: [Float] = []
    rows.reserveCapacity(images.count * first.count)
    for image in 0..<images.count {
      rows.append(contentsOf: first[..<width])
      let start = image * spec.patchCount * width
      for index in 0..<spec.patchCount * width { rows.append(product[start + index] + first[width + index]) }
    }
    return Tensor(rows, shape: [images.count * rowsPerImage, width])
  }

  /// The pixels of each patch side by side, [images * patches, channels * patchSize * patchSize].
  private func pixelRows(_ images: [Tensor]) -> Tensor {
    let (size, edge) = (spec.imageSize, spec.patchSize)
    let across = size / edge
    var rows: [Float] = []
    rows.reserveCapacity(images.count * spec.patchCount * spec.channels * edge * edge)
    for image in images {
      if image.shape != [spec.channels, size, size] { trap("VisionTower", "pixels \(image.shape)") }
      let pixels = image.toArray()
      for patch in 0..<spec.patchCount {
        for channel in 0..<spec.channels {
          for row in 0..<edge {
            let start = (channel * size + patch / across * edge + row) * size + patch % across * edge
            rows.append(contentsOf: pixels[start..<start + edge])
          }
        }
      }
    }
    return Tensor(rows, shape: [images.count * spec.patchCount, spec.channels * edge * edge])
  }
}
