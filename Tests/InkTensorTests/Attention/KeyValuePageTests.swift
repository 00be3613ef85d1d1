import InkTensor
import Testing

/// Where keys and values lie, seen through attention: a query that fits one key alone returns its value unchanged.
@Suite("Key and value pages")
struct KeyValuePageTests {
  private static let codeWidth = 9

  /// Nine signs, different for every position below 512.
  private static func code(_ position: Int) -> [Float] {
    (0..<codeWidth).map { position >> $0 & 1 == 1 ? 1 : -1 }
  }

  private static let shapes: [(heads: Int, keyWidth: Int, valueWidth: Int)] = [
    (heads: 2, keyWidth: codeWidth, valueWidth: 5), (heads: 3, keyWidth: codeWidth, valueWidth: 16),
    (heads: 1, keyWidth: codeWidth, valueWidth: 17),
  ]

  /// The value written for a position: different for every layer, head and element.
  private static func value(_ position: Int, layer: Int, head: Int, element: Int) -> Float {
    Float(((position * 4 + layer) * 4 + head) * 32 + element)
  }

  private static func append(_ positions: Range<Int>, layer: Int, to pages: [KeyValuePage], cpu: CPU) {
    let shape = shapes[layer]
    let layout = KeyValueLayout(layers: shapes)
    let keys = positions.flatMap { position in (0..<shape.heads).flatMap { head in code(position ^ head) } }
    let values = positions.flatMap { position in
      (0..<shape.heads).flatMap { head in
        (0..<shape.valueWidth).map { value(position, layer: layer, head: head, element: $0) }
      }
    }
    let count = positions.count
    cpu.append(
      keys: Tensor(keys, shape: [count, shape.heads, shape.keyWidth]),
      values: Tensor(values, shape: [count, shape.heads, shape.valueWidth]),
      to: [AttentionSegment(rows: 0..<count, firstPosition: positions.lowerBound, pages: pages)],
      layer: layout.layers[layer])
  }

  /// What a query at `last` that looks for the key of `position` gets.
  private static func lookUp(_ position: Int, from last: Int, layer: Int, in pages: [KeyValuePage], cpu: CPU) -> [Float]
  {
    let shape = shapes[layer]
    let query = (0..<shape.heads).flatMap { head in code(position ^ head) }
    return cpu.attention(
      Tensor(query, shape: [1, shape.heads, shape.keyWidth]),
      over: [AttentionSegment(rows: 0..<1, firstPosition: last, pages: pages)],
      layer: KeyValueLayout(layers: shapes).layers[layer], settings: AttentionSettings(scale: 1000)
    ).toArray()
  }

  private static func expected(_ position: Int, layer: Int) -> [Float] {
    (0..<shapes[layer].heads).flatMap { head in
      (0..<shapes[layer].valueWidth).map { value(position, layer: layer, head: head, element: $0) }
    }
  }

  @Test("each layer's keys and values are found where they were written", arguments: InstructionSet.available)
  func everyPlace(_ set: InstructionSet) {
    let cpu = CPU(threads: 3, instructionSet: set)
    let layout = KeyValueLayout(layers: KeyValuePageTests.shapes)
    let pages = (0..<4).map { _ in KeyValuePage(layout: layout) }
    for layer in KeyValuePageTests.shapes.indices {
      KeyValuePageTests.append(0..<100, layer: layer, to: pages, cpu: cpu)
      KeyValuePageTests.append(100..<101, layer: layer, to: pages, cpu: cpu)
      KeyValuePageTests.append(101..<200, layer: layer, to: pages, cpu: cpu)
    }
    for layer in KeyValuePageTests.shapes.indices {
      for position in 0..<200 {
        let found = KeyValuePageTests.lookUp(position, from: 199, layer: layer, in: pages, cpu: cpu)
        #expect(found == KeyValuePageTests.expected(position, layer: layer), "layer \(layer), position \(position)")
      }
    }
  }

  @Test("a page has 64 tokens of each layer's keys and of its values rounded up to 16")
  func pageSize() {
    let layout = KeyValueLayout(layers: KeyValuePageTests.shapes)
    let floats = 2 * (9 + 16) + 3 * (9 + 16) + 1 * (9 + 32)
    #expect(layout.pageByteCount == floats * 64 * 4)
    #expect(layout.layers.map(\.heads) == [2, 3, 1])
    #expect(layout.layers.map(\.keyWidth) == [9, 9, 9])
    #expect(layout.layers.map(\.valueWidth) == [5, 16, 17])
    #expect(KeyValueLayout(layers: [KeyValueLayout.LayerShape]()).pageByteCount == 0)
    #expect(KeyValueLayout(layers: KeyValuePageTests.shapes, element: .f16).pageByteCount == floats * 64 * 2)
  }

  @Test(
    "a page in half precision keeps rounded values, the largest for what is larger", arguments: InstructionSet.available
  )
  func halfPrecision(_ set: InstructionSet) {
    let cpu = CPU(threads: 1, instructionSet: set)
    let layout = KeyValueLayout(layers: [(heads: 1, keyWidth: 1, valueWidth: 6)], element: .f16)
    let segment = AttentionSegment(rows: 0..<2, firstPosition: 0, pages: [KeyValuePage(layout: layout)])
    let values: [Float] = [0.1, 1e6, -1e6, 65504, .infinity, 0x1p-24]
    // The second token's values are hidden from the first one's query.
    cpu.append(
      keys: Tensor([1, 1e30], shape: [2, 1, 1]), values: Tensor(values + values.map { -$0 }, shape: [2, 1, 6]),
      to: [segment], layer: layout.layers[0])
    let result = cpu.attention(
      Tensor([1, 1], shape: [2, 1, 1]), over: [segment], layer: layout.layers[0], settings: AttentionSettings(scale: 1))
    let kept: [Float] = [0.099975586, 65504, -65504, 65504, 65504, 0x1p-24]
    #expect(result[0].toArray() == kept)
    #expect(result[1].toArray() == kept.map { -$0 })
  }

  @Test("a copied page is a page of its own with the same tokens")
  func copying() {
    let cpu = CPU(threads: 2)
    let page = KeyValuePage(layout: KeyValueLayout(layers: KeyValuePageTests.shapes))
    KeyValuePageTests.append(0..<40, layer: 1, to: [page], cpu: cpu)
    let copy = KeyValuePage(copying: page)
    // The copy's sequence goes on from position 20 with what position 320 would hold.
    let shape = KeyValuePageTests.shapes[1]
    let values = (0..<3 * 16).map { _ in Float(-1) }
    cpu.append(
      keys: Tensor((0..<3).flatMap { KeyValuePageTests.code(20 ^ $0) }, shape: [1, 3, shape.keyWidth]),
      values: Tensor(values, shape: [1, 3, 16]),
      to: [AttentionSegment(rows: 0..<1, firstPosition: 20, pages: [copy])],
      layer: KeyValueLayout(layers: KeyValuePageTests.shapes).layers[1])
    let original = KeyValuePageTests.lookUp(20, from: 39, layer: 1, in: [page], cpu: cpu)
    #expect(original == KeyValuePageTests.expected(20, layer: 1))
    #expect(KeyValuePageTests.lookUp(20, from: 20, layer: 1, in: [copy], cpu: cpu) == values)
    let shared = KeyValuePageTests.lookUp(11, from: 20, layer: 1, in: [copy], cpu: cpu)
    #expect(shared == KeyValuePageTests.expected(11, layer: 1))
  }

  @Test("what lies in a page behind the last token changes nothing")
  func behindTheEnd() {
    let cpu = CPU(threads: 2)
    let test = AttentionCase(heads: 6, keyHeads: 3, keyWidth: 12, valueWidth: 20)
    let old = AttentionInput(test, tokens: 128, seed: 1)
    let used = old.pages()
    _ = old.run(on: cpu, pieces: [128], pages: used)
    let input = AttentionInput(test, tokens: 90, seed: 2)
    let clean = input.run(on: cpu, pieces: [50, 40])
    let dirty = input.run(on: cpu, pieces: [50, 40], pages: used.map { KeyValuePage(copying: $0) })
    #expect(dirty.map(\.bitPattern) == clean.map(\.bitPattern))
  }
}
