/// Where the keys and values of each layer lie in a page of the cache.
///
/// A page holds ``tokensPerPage`` tokens of every layer. Keys are stored with the tokens side by side,
/// [heads][keyWidth][64], and values with the elements side by side, [heads][64][valueWidth rounded up to 16], which
/// is how the matrix kernels read them.
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

  /// One layer's part of a page; offsets count elements.
  package struct Layer: Sendable, Hashable {
    package let heads: Int
    package let keyWidth: Int
    package let valueWidth: Int
    package let element: Element
    let keyOffset: Int
    let valueOffset: Int

    /// The distance between the values of two tokens.
    var valueStride: Int { (valueWidth + 15) / 16 * 16 }
  }

  /// Tokens of one page, and of one tile of attention: tiles start at multiples of it, so that the order of additions
  /// depends on positions alone.
  package static let tokensPerPage = 64

  package let layers: [Layer]
  /// Bytes of one page.
  package let pageByteCount: Int

  /// A layout from the heads and widths of each layer.
  package init(layers shapes: [(heads: Int, keyWidth: Int, valueWidth: Int)], element: Element = .f32) {
    var offset = 0
    var layers: [Layer] = []
    for shape in shapes {
      let keys = shape.heads * shape.keyWidth * KeyValueLayout.tokensPerPage
      let layer = Layer(
        heads: shape.heads, keyWidth: shape.keyWidth, valueWidth: shape.valueWidth, element: element,
        keyOffset: offset, valueOffset: offset + keys)
      layers.append(layer)
      offset += keys + shape.heads * layer.valueStride * KeyValueLayout.tokensPerPage
    }
    self.layers = layers
    self.pageByteCount = offset * element.byteCount
  }
}

/// One page of cached keys and values.
///
/// Written at positions that no reader looks at yet, by the one sequence that owns its end; a page shared by several
/// sequences is full and only read.
package final class KeyValuePage: Sendable {
  let storage: Storage

  /// A page of zeros: unwritten slots must be finite, because their weight of zero is multiplied with them.
  package init(layout: KeyValueLayout) { storage = Storage.zeros(byteCount: layout.pageByteCount) }

  /// A copy, for a sequence that leaves a shared prefix inside a page.
  package init(copying other: KeyValuePage) {
    storage = Storage.allocate(byteCount: other.storage.byteCount)
    storage.base.copyMemory(from: other.storage.base, byteCount: storage.byteCount)
  }

  /// The address of an element of a layer.
  func address(_ offset: Int, in layer: KeyValueLayout.Layer) -> UnsafeMutableRawPointer {
    storage.base + offset * layer.element.byteCount
  }
}
