import CInkKernels

extension CPU {
  /// Writes the keys and values of a step into the pages of their sequences.
  ///
  /// - Parameters:
  ///   - keys: [rows, heads, keyWidth].
  ///   - values: [rows, heads, valueWidth].
  package func append(keys: Tensor, values: Tensor, to segments: [AttentionSegment], layer: KeyValueLayout.Layer) {
    guard keys.shape.array.dropFirst() == [layer.heads, layer.keyWidth],
      values.shape.array.dropFirst() == [layer.heads, layer.valueWidth], keys.shape[0] == values.shape[0],
      segments.allSatisfy({ $0.hasRoom && $0.rows.upperBound <= keys.shape[0] }), layer.values == .own
    else { trap("append", "keys \(keys.shape), values \(values.shape), layer \(layer)") }
    let (key, value) = (keys.floats, values.floats)
    let tile = KeyValueLayout.tokensPerPage
    for segment in segments {
      forEachRow(segment.rows.count, width: layer.heads * layer.keyWidth, cost: 4) { rows in
        for offset in rows {
          let position = segment.firstPosition + offset
          let row = segment.rows.lowerBound + offset
          let slot = PageSlot(segment.pages[position / tile], token: position % tile, layer: layer, kernels: kernels)
          for head in 0..<layer.heads {
            slot.write(
              key: key + (row * layer.heads + head) * layer.keyWidth,
              value: value + (row * layer.heads + head) * layer.valueWidth, head: head)
          }
        }
      }
    }
  }

  /// Writes keys that hold their values, in two parts, into the pages of their sequences.
  ///
  /// - Parameters:
  ///   - content: [rows, heads, valueWidth], the part that is the value too.
  ///   - rest: [rows, heads, keyWidth - valueWidth].
  package func append(content: Tensor, rest: Tensor, to segments: [AttentionSegment], layer: KeyValueLayout.Layer) {
    let restWidth = layer.keyWidth - layer.valueWidth
    guard content.shape.array.dropFirst() == [layer.heads, layer.valueWidth],
      rest.shape.array.dropFirst() == [layer.heads, restWidth], content.shape[0] == rest.shape[0],
      segments.allSatisfy({ $0.hasRoom && $0.rows.upperBound <= content.shape[0] }), layer.values == .inKeys
    else { trap("append", "content \(content.shape), rest \(rest.shape), layer \(layer)") }
    let (first, second) = (content.floats, rest.floats)
    let tile = KeyValueLayout.tokensPerPage
    for segment in segments {
      forEachRow(segment.rows.count, width: layer.heads * layer.keyWidth, cost: 4) { rows in
        for offset in rows {
          let position = segment.firstPosition + offset
          let row = segment.rows.lowerBound + offset
          let slot = PageSlot(segment.pages[position / tile], token: position % tile, layer: layer, kernels: kernels)
          for head in 0..<layer.heads {
            let place = row * layer.heads + head
            slot.write(
              content: first + place * layer.valueWidth, rest: second + place * restWidth, count: restWidth, head: head)
          }
        }
      }
    }
  }
}

/// The place of one token in a page.
private struct PageSlot {
  private let page: KeyValuePage
  private let token: Int
  private let layer: KeyValueLayout.Layer
  private let kernels: MatrixKernels

  private static let tile = KeyValueLayout.tokensPerPage

  init(_ page: KeyValuePage, token: Int, layer: KeyValueLayout.Layer, kernels: MatrixKernels) {
    self.page = page
    self.token = token
    self.layer = layer
    self.kernels = kernels
  }

  func write(key: UnsafePointer<Float>, value: UnsafePointer<Float>, head: Int) {
    let column = page.address(layer.keys(of: head) + token * layer.element.byteCount)
    let row = page.address(layer.value(of: token, head: head))
    switch layer.element {
    case .f32:
      PageSlot.scatter(key, into: column, count: layer.keyWidth)
      row.assumingMemoryBound(to: Float.self).update(from: value, count: layer.valueWidth)
    case .f16:
      withUnsafeTemporaryAllocation(of: UInt16.self, capacity: layer.keyWidth) { narrow in
        guard let narrow = narrow.baseAddress else { return }
        PageSlot.narrow(key, into: narrow, count: layer.keyWidth)
        PageSlot.scatter(narrow, into: column, count: layer.keyWidth)
      }
      PageSlot.narrow(value, into: row.assumingMemoryBound(to: UInt16.self), count: layer.valueWidth)
    case .q8:
      withUnsafeTemporaryAllocation(of: Int8.self, capacity: layer.keyWidth) { codes in
        guard let codes = codes.baseAddress else { return }
        encode(key, into: codes, count: layer.keyWidth, scales: layer.keyScales(of: head))
        PageSlot.scatter(codes, into: column, count: layer.keyWidth)
      }
      encode(
        value, into: row.assumingMemoryBound(to: Int8.self), count: layer.valueWidth,
        scales: layer.valueScales(of: head))
    }
  }

  func write(content: UnsafePointer<Float>, rest: UnsafePointer<Float>, count: Int, head: Int) {
    let row = page.address(layer.value(of: token, head: head))
    switch layer.element {
    case .f32:
      let row = row.assumingMemoryBound(to: Float.self)
      row.update(from: content, count: layer.valueWidth)
      (row + layer.valueWidth).update(from: rest, count: count)
    case .f16:
      let row = row.assumingMemoryBound(to: UInt16.self)
      PageSlot.narrow(content, into: row, count: layer.valueWidth)
      PageSlot.narrow(rest, into: row + layer.valueWidth, count: count)
    case .q8:
      // The parts are put together, because a scale may belong to the end of one and the start of the other.
      withUnsafeTemporaryAllocation(of: Float.self, capacity: layer.keyWidth) { key in
        guard let key = key.baseAddress else { return }
        key.initialize(from: content, count: layer.valueWidth)
        (key + layer.valueWidth).initialize(from: rest, count: count)
        encode(
          key, into: row.assumingMemoryBound(to: Int8.self), count: layer.keyWidth, scales: layer.keyScales(of: head))
      }
    }
  }

  private func encode(
    _ source: UnsafePointer<Float>, into codes: UnsafeMutablePointer<Int8>, count: Int, scales offset: Int
  ) {
    let scales = page.address(offset).assumingMemoryBound(to: UInt16.self) + token
    kernels.call.encode(source, count, codes, scales, PageSlot.tile)
  }

  /// Puts the elements of a key where a tile's tokens lie side by side.
  private static func scatter<Element: BitwiseCopyable>(
    _ key: UnsafePointer<Element>, into column: UnsafeMutableRawPointer, count: Int
  ) {
    let column = column.assumingMemoryBound(to: Element.self)
    for element in 0..<count { column[element * tile] = key[element] }
  }

  /// Half precision, numbers beyond its range made the largest of it: an infinity would turn into NaN when the
  /// weight of a hidden slot, zero, is multiplied with it.
  private static func narrow(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<UInt16>, count: Int) {
    ink_f32_to_f16(source, target, count)
    for index in 0..<count where target[index] & 0x7fff == 0x7c00 { target[index] -= 1 }
  }
}
