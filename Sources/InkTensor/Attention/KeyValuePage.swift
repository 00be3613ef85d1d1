/// Where the keys and values of each layer lie in a page of the cache.
///
/// A page holds ``tokensPerPage`` tokens of every layer. Keys are stored with the tokens side by side,
/// [heads][keyWidth][64], and values with the elements side by side, [heads][64][valueWidth rounded up to 16], which
/// is how the matrix kernels read them. Values that are part of the keys are not stored again: then the keys lie as
/// values do, [heads][64][keyWidth rounded up to 16], and a tile of them is transposed when it is scored.
package struct KeyValueLayout: Sendable, Hashable {
  /// How a cached number is stored. The arithmetic is in f32 either way.
  package enum Element: Sendable, Hashable {
    /// As computed.
    case f32
    /// Rounded to half precision: half the memory and half the bytes that decoding reads. Numbers beyond its range
    /// become the largest of it.
    case f16

    var byteCount: Int { self == .f32 ? 4 : 2 }
  }

  /// Where the values of a layer come from.
  package enum Values: Sendable, Hashable {
    /// Stored beside the keys.
    case own
    /// The first elements of the keys (latent attention).
    case inKeys
  }

  /// The heads of a layer and their widths.
  package struct LayerShape: Sendable, Hashable {
    package let heads: Int
    package let keyWidth: Int
    package let valueWidth: Int
    package let values: Values

    /// A shape; values in keys are at most as wide as these.
    package init(heads: Int, keyWidth: Int, valueWidth: Int, values: Values = .own) {
      if values == .inKeys, valueWidth > keyWidth { trap("KeyValueLayout", "values \(valueWidth) in keys \(keyWidth)") }
      self.heads = heads
      self.keyWidth = keyWidth
      self.valueWidth = valueWidth
      self.values = values
    }
  }

  /// One layer's part of a page; offsets count elements.
  package struct Layer: Sendable, Hashable {
    package let heads: Int
    package let keyWidth: Int
    package let valueWidth: Int
    package let values: Values
    package let element: Element
    let keyOffset: Int
    let valueOffset: Int

    init(_ shape: LayerShape, element: Element, offset: Int) {
      heads = shape.heads
      keyWidth = shape.keyWidth
      valueWidth = shape.valueWidth
      values = shape.values
      self.element = element
      keyOffset = offset
      switch shape.values {
      case .own: valueOffset = offset + shape.heads * shape.keyWidth * KeyValueLayout.tokensPerPage
      case .inKeys: valueOffset = offset
      }
    }

    /// The distance between the values of two tokens.
    var valueStride: Int {
      switch values {
      case .own: (valueWidth + 15) / 16 * 16
      case .inKeys: (keyWidth + 15) / 16 * 16
      }
    }

    /// One past the layer's last element.
    var end: Int { valueOffset + heads * valueStride * KeyValueLayout.tokensPerPage }
  }

  /// Tokens of one page, and of one tile of attention: tiles start at multiples of it, so that the order of additions
  /// depends on positions alone.
  package static let tokensPerPage = 64

  package let layers: [Layer]
  /// Bytes of one page.
  package let pageByteCount: Int

  /// A layout from the heads and widths of each layer.
  package init(layers shapes: [LayerShape], element: Element = .f32) {
    var offset = 0
    layers = shapes.map { shape in
      let layer = Layer(shape, element: element, offset: offset)
      offset = layer.end
      return layer
    }
    pageByteCount = offset * element.byteCount
  }

  /// A layout of layers that all store their values.
  package init(layers shapes: [(heads: Int, keyWidth: Int, valueWidth: Int)], element: Element = .f32) {
    self.init(
      layers: shapes.map { LayerShape(heads: $0.heads, keyWidth: $0.keyWidth, valueWidth: $0.valueWidth) },
      element: element)
  }

  /// Bytes that one token takes in all layers.
  package var bytesPerToken: Int { pageByteCount / KeyValueLayout.tokensPerPage }
}

/// One page of cached keys and values.
///
/// Written at positions that no reader looks at yet, by the one sequence that owns its end; a page shared by several
/// sequences is full and only read.
package final class KeyValuePage: Sendable {
  let storage: Storage
  private let account: PageAccount?

  /// A page of zeros: unwritten slots must be finite, because their weight of zero is multiplied with them.
  package init(layout: KeyValueLayout, account: PageAccount? = nil) {
    storage = Storage.zeros(byteCount: layout.pageByteCount)
    self.account = account
    account?.open()
  }

  /// A copy, for a sequence that leaves a shared prefix inside a page.
  package init(copying other: KeyValuePage) {
    storage = Storage.allocate(byteCount: other.storage.byteCount)
    storage.base.copyMemory(from: other.storage.base, byteCount: storage.byteCount)
    account = other.account
    account?.open()
  }

  deinit { account?.close() }

  /// The address of an element of a layer.
  func address(_ offset: Int, in layer: KeyValueLayout.Layer) -> UnsafeMutableRawPointer {
    storage.base + offset * layer.element.byteCount
  }
}
