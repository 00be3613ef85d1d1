import CInkKernels

extension SequenceAttention {
  /// Computes the result through pages that live as long as this call, in the order of the cached form.
  ///
  /// - Parameter numbers: gets what the way back needs, [rows, heads, 2], if there is one.
  func forward(into result: Tensor, numbers: Tensor?, on cpu: CPU) {
    let layout = KeyValueLayout(layers: [layerShape])
    let layer = layout.layers[0]
    let tile = KeyValueLayout.tokensPerPage
    var tiles: [(page: KeyValuePage, rows: Range<Int>)] = []
    let segments = pairs.filter { !$0.queries.isEmpty }.map { pair in
      let pages = stride(from: pair.keys.lowerBound, to: pair.keys.upperBound, by: tile).map { start in
        let page = KeyValuePage(layout: layout, memory: cpu.memory)
        tiles.append((page, start..<min(start + tile, pair.keys.upperBound)))
        return page
      }
      return AttentionSegment(
        rows: pair.queries, over: pages, keyCount: pair.keys.count, arrangement: pair.arrangement)
    }
    let filled = tiles
    cpu.threads.run(count: filled.count * layer.heads) { chunk in
      for index in chunk {
        let (page, rows) = filled[index / layer.heads]
        fill(page, with: rows, head: index % layer.heads, layer: layer)
      }
    }
    SequenceAttention.clear(result, outside: pairs.map(\.queries))
    Attention.compute(
      .init(query: query, segments: segments, layer: layer, settings: settings), into: result, numbers: numbers,
      on: cpu)
  }

  private var layerShape: KeyValueLayout.LayerShape {
    switch values {
    case .own(let value): .init(heads: keyHeads, keyWidth: keyWidth, valueWidth: value.shape[2])
    case .inKeys(let width): .init(heads: keyHeads, keyWidth: keyWidth, valueWidth: width, values: .inKeys)
    }
  }

  /// Writes the keys and values of a head, as ``CPU/append(keys:values:to:layer:)`` would token by token.
  private func fill(_ page: KeyValuePage, with rows: Range<Int>, head: Int, layer: KeyValueLayout.Layer) {
    let keys = key.floats + (rows.lowerBound * layer.heads + head) * layer.keyWidth
    switch values {
    case .own(let value):
      ink_float_transpose(
        keys, layer.heads * layer.keyWidth, rows.count, layer.keyWidth,
        page.address(layer.keys(of: head)).assumingMemoryBound(to: Float.self), KeyValueLayout.tokensPerPage)
      let values = value.floats + (rows.lowerBound * layer.heads + head) * layer.valueWidth
      copy(values, width: layer.valueWidth, tokens: rows.count, to: page, head: head, layer: layer)
    case .inKeys:
      copy(keys, width: layer.keyWidth, tokens: rows.count, to: page, head: head, layer: layer)
    }
  }

  private func copy(
    _ source: UnsafePointer<Float>, width: Int, tokens: Int, to page: KeyValuePage, head: Int,
    layer: KeyValueLayout.Layer
  ) {
    let target = page.address(layer.value(of: 0, head: head)).assumingMemoryBound(to: Float.self)
    for token in 0..<tokens {
      (target + token * layer.valueStride).update(from: source + token * layer.heads * width, count: width)
    }
  }
}
