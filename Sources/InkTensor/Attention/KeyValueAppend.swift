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
      segments.allSatisfy({ $0.hasRoom && $0.rows.upperBound <= keys.shape[0] })
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

  /// Half precision, numbers beyond its range made the largest of it: an infinity would turn into NaN when the
  /// weight of a hidden slot, zero, is multiplied with it.
  private static func narrow(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<UInt16>, count: Int) {
    ink_f32_to_f16(source, target, count)
    for index in 0..<count where target[index] & 0x7fff == 0x7c00 { target[index] -= 1 }
  }
}
