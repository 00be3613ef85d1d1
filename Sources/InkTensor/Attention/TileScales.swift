import CInkKernels

/// The scales of a tile's codes in f32, [blocks][64], as the kernels read them.
struct TileScales {
  private let layer: KeyValueLayout.Layer
  private let storage: Storage

  private static let tile = KeyValueLayout.tokensPerPage

  /// Room for a tile of a layer; nil where numbers have no scales.
  init?(_ layer: KeyValueLayout.Layer, _ cpu: CPU) {
    let count = layer.keyScales + (layer.values == .own ? layer.valueScales : 0)
    guard count > 0 else { return nil }
    self.layer = layer
    storage = cpu.memory.allocate(byteCount: count * TileScales.tile * 4)
  }

  /// Those of the keys.
  var keys: UnsafeMutablePointer<Float> { storage.base.assumingMemoryBound(to: Float.self) }

  /// Those of the values: where values are in keys, the first of the keys'.
  var values: UnsafeMutablePointer<Float> {
    switch layer.values {
    case .own: keys + layer.keyScales * TileScales.tile
    case .inKeys: keys
    }
  }

  /// Reads those of a head.
  func fill(from page: KeyValuePage, head: Int, _ cpu: CPU) {
    widen(page, layer.keyScales(of: head), count: layer.keyScales, into: keys, cpu)
    switch layer.values {
    case .own: widen(page, layer.valueScales(of: head), count: layer.valueScales, into: values, cpu)
    case .inKeys: break
    }
  }

  private func widen(
    _ page: KeyValuePage, _ offset: Int, count: Int, into scales: UnsafeMutablePointer<Float>, _ cpu: CPU
  ) {
    let halves = page.address(offset).assumingMemoryBound(to: UInt16.self)
    cpu.kernels.call.widen_float16(halves, count * TileScales.tile, scales)
  }
}
