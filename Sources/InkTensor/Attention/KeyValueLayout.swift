import CInkKernels

/// Where the keys and values of each layer lie in a page of the cache.
///
/// A page holds ``tokensPerPage`` tokens of every layer. Keys are stored with the tokens side by side,
/// [heads][keyWidth][64], and values with the elements side by side, [heads][64][valueWidth rounded up to 16], which
/// is how the matrix kernels read them. Values that are part of the keys are not stored again: then the keys lie as
/// values do, [heads][64][keyWidth rounded up to 16], and a tile of them is transposed when it is scored. Numbers of
/// 8 bits have their scales behind them, [heads][blocks of 32 elements][64], the keys' first.
package struct KeyValueLayout: Sendable, Hashable {
  /// How a cached number is stored. The arithmetic is in f32 either way.
  package enum Element: Sendable, Hashable, CaseIterable {
    /// As computed.
    case f32
    /// Rounded to half precision: half the memory and half the bytes that decoding reads. Numbers beyond its range
    /// become the largest of it.
    case f16
    /// Rounded to multiples of a half-precision scale that 32 neighbours of a head share, from -127 to 127: 17 bytes
    /// where f16 takes 32. What a token becomes depends on that token alone.
    ///
    /// The scale is the smallest half not below `max|x| / 127`, so the error is at most half of it; zeros stay zeros.
    /// Magnitudes beyond 127 times the largest half (8.3 million), infinities among them, become that; where a number
    /// is NaN its 32 are.
    case q8

    /// Bytes of a number, without its part of a scale.
    var byteCount: Int {
      switch self {
      case .f32: 4
      case .f16: 2
      case .q8: 1
      }
    }

    /// Scales of a vector.
    func scaleCount(width: Int) -> Int {
      switch self {
      case .f32, .f16: 0
      case .q8: (width + Int(INK_BLOCK) - 1) / Int(INK_BLOCK)
      }
    }
  }

  /// Where the values of a layer come from.
  package enum Values: Sendable, Hashable, CaseIterable {
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

  /// One layer's part of a page.
  package struct Layer: Sendable, Hashable {
    package let heads: Int
    package let keyWidth: Int
    package let valueWidth: Int
    package let values: Values
    package let element: Element
    /// Where the parts begin, in bytes from the start of the page.
    private let keyOffset: Int
    private let valueOffset: Int
    private let keyScaleOffset: Int
    private let valueScaleOffset: Int
    /// One past the layer's last byte.
    let end: Int
    /// The distance between the values of two tokens, in elements.
    let valueStride: Int

    init(_ shape: LayerShape, element: Element, offset: Int) {
      let tile = KeyValueLayout.tokensPerPage
      heads = shape.heads
      keyWidth = shape.keyWidth
      valueWidth = shape.valueWidth
      values = shape.values
      self.element = element
      keyOffset = offset
      let keyScales = heads * element.scaleCount(width: keyWidth) * tile * 2
      let widest = shape.values == .own ? valueWidth : keyWidth
      valueStride = (widest + 15) / 16 * 16
      let stored = heads * valueStride * tile * element.byteCount
      switch shape.values {
      case .own:
        valueOffset = offset + heads * keyWidth * tile * element.byteCount
        keyScaleOffset = valueOffset + stored
        valueScaleOffset = keyScaleOffset + keyScales
        end = valueScaleOffset + heads * element.scaleCount(width: valueWidth) * tile * 2
      case .inKeys:
        valueOffset = offset
        keyScaleOffset = offset + stored
        valueScaleOffset = keyScaleOffset
        end = keyScaleOffset + keyScales
      }
    }

    /// Scales of a token's key and of its value.
    var keyScales: Int { element.scaleCount(width: keyWidth) }
    var valueScales: Int { element.scaleCount(width: valueWidth) }

    /// Where the keys of a head begin, tokens side by side; where values are in keys, these lie as values do.
    func keys(of head: Int) -> Int {
      keyOffset + head * keyWidth * KeyValueLayout.tokensPerPage * element.byteCount
    }

    /// Where a token's value begins, or the key that holds it.
    func value(of token: Int, head: Int) -> Int {
      valueOffset + (head * KeyValueLayout.tokensPerPage + token) * valueStride * element.byteCount
    }

    /// Where the scales of a head's keys begin, tokens side by side.
    func keyScales(of head: Int) -> Int { keyScaleOffset + head * keyScales * KeyValueLayout.tokensPerPage * 2 }

    /// Where the scales of a head's values begin; where values are in keys, those are the first of the keys'.
    func valueScales(of head: Int) -> Int {
      let count = values == .own ? valueScales : keyScales
      return valueScaleOffset + head * count * KeyValueLayout.tokensPerPage * 2
    }
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
    pageByteCount = offset
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
