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
          let slot = PageSlot(page: segment.pages[position / tile], index: position % tile, layer: layer)
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
          let slot = PageSlot(page: segment.pages[position / tile], index: position % tile, layer: layer)
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
  let page: KeyValuePage
  let index: Int
  let layer: KeyValueLayout.Layer

  func write(key: UnsafePointer<Float>, value: UnsafePointer<Float>, head: Int) {
    let tile = KeyValueLayout.tokensPerPage
    let column = page.address(layer.keyOffset + head * layer.keyWidth * tile + index, in: layer)
    let row = page.address(layer.valueOffset + (head * tile + index) * layer.valueStride, in: layer)
    switch layer.element {
    case .f32:
      let (column, row) = (column.assumingMemoryBound(to: Float.self), row.assumingMemoryBound(to: Float.self))
      for element in 0..<layer.keyWidth { column[element * tile] = key[element] }
      row.update(from: value, count: layer.valueWidth)
    case .f16:
      let (column, row) = (column.assumingMemoryBound(to: UInt16.self), row.assumingMemoryBound(to: UInt16.self))
      withUnsafeTemporaryAllocation(of: UInt16.self, capacity: layer.keyWidth) { narrow in
        guard let narrow = narrow.baseAddress else { return }
        PageSlot.narrow(key, into: narrow, count: layer.keyWidth)
        for element in 0..<layer.keyWidth { column[element * tile] = narrow[element] }
      }
      PageSlot.narrow(value, into: row, count: layer.valueWidth)
    }
  }

  func write(content: UnsafePointer<Float>, rest: UnsafePointer<Float>, count: Int, head: Int) {
    let start = (head * KeyValueLayout.tokensPerPage + index) * layer.valueStride
    let row = page.address(layer.keyOffset + start, in: layer)
    switch layer.element {
    case .f32:
      let row = row.assumingMemoryBound(to: Float.self)
      row.update(from: content, count: layer.valueWidth)
      (row + layer.valueWidth).update(from: rest, count: count)
    case .f16:
      let row = row.assumingMemoryBound(to: UInt16.self)
      PageSlot.narrow(content, into: row, count: layer.valueWidth)
      PageSlot.narrow(rest, into: row + layer.valueWidth, count: count)
    }
  }

  /// Half precision, numbers beyond its range made the largest of it: an infinity would turn into NaN when the
  /// weight of a hidden slot, zero, is multiplied with it.
  private static func narrow(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<UInt16>, count: Int) {
    ink_f32_to_f16(source, target, count)
    for index in 0..<count where target[index] & 0x7fff == 0x7c00 { target[index] -= 1 }
  }
}
