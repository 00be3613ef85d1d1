extension CPU {
  /// Writes the keys and values of a step into the pages of their sequences.
  ///
  /// - Parameters:
  ///   - keys: [rows, heads, keyWidth].
  ///   - values: [rows, heads, valueWidth].
  package func append(keys: Tensor, values: Tensor, to segments: [AttentionSegment], layer: KeyValueLayout.Layer) {
    guard keys.shape.array.dropFirst() == [layer.heads, layer.keyWidth],
      values.shape.array.dropFirst() == [layer.heads, layer.valueWidth], keys.shape[0] == values.shape[0],
      segments.allSatisfy({ $0.isCovered && $0.rows.upperBound <= keys.shape[0] })
    else { trap("append", "keys \(keys.shape), values \(values.shape), layer \(layer)") }
    let (key, value) = (keys.floats, values.floats)
    let tile = KeyValueLayout.tokensPerPage
    for segment in segments {
      forEachRow(segment.rows.count, width: layer.heads * layer.keyWidth, cost: 4) { rows in
        for offset in rows {
          let position = segment.firstPosition + offset
          let row = segment.rows.lowerBound + offset
          let (page, slot) = (segment.pages[position / tile].floats, position % tile)
          for head in 0..<layer.heads {
            let source = key + (row * layer.heads + head) * layer.keyWidth
            let columns = page + layer.keyOffset + head * layer.keyWidth * tile + slot
            for element in 0..<layer.keyWidth { columns[element * tile] = source[element] }
            let target = page + layer.valueOffset + (head * tile + slot) * layer.valueStride
            target.update(from: value + (row * layer.heads + head) * layer.valueWidth, count: layer.valueWidth)
          }
        }
      }
    }
  }
}
