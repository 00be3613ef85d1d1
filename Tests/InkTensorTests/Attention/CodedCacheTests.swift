import Foundation
import InkTensor
import Testing

/// A cache of 8-bit codes: what becomes of a number, and that attention computes with exactly that.
@Suite("Coded keys and values")
struct CodedCacheTests {
  @Test(
    "attention over codes has the bits of attention over the numbers they stand for", arguments: AttentionCase.coded)
  func decodedNumbers(_ test: AttentionCase) {
    var plain = test
    plain.element = .f32
    for tokens in [1, 63, 130] {
      let input = AttentionInput(test, tokens: tokens, seed: UInt64(tokens) + 40)
      let stored = input.stored
      #expect(stored.keys != input.keys)
      let decoded = AttentionInput(plain, tokens: tokens, query: input.query, keys: stored.keys, values: stored.values)
      for set in InstructionSet.available {
        let cpu = CPU(threads: 2, instructionSet: set)
        for pieces in [[tokens], [Int](repeating: 1, count: tokens)] {
          let expected = decoded.run(on: cpu, pieces: pieces).map(\.bitPattern)
          #expect(input.run(on: cpu, pieces: pieces).map(\.bitPattern) == expected, "\(set), \(tokens) tokens")
        }
      }
    }
  }

  @Test("attention over codes is near that over the numbers themselves", arguments: AttentionCase.coded)
  func nearby(_ test: AttentionCase) {
    var plain = test
    plain.element = .f32
    let input = AttentionInput(test, tokens: 150, seed: 9)
    let exact = AttentionInput(plain, tokens: 150, query: input.query, keys: input.keys, values: input.values)
    let cpu = CPU(threads: 2)
    let worst =
      zip(input.run(on: cpu, pieces: [150]), exact.reference()).map { abs(Double($0) - $1) }.max() ?? .infinity
    // An element of a key moves by at most half a step of 3/127 and that of a query is at most 3: scores move by up to
    // d = 0.0355 sqrt(keyWidth), so weights by a factor of e^2d at most; values are at most 1 and move by half a step.
    let score = 3 * 3 / 254.0 * 1.001 * Double(test.keyWidth).squareRoot()
    #expect(worst <= exp(2 * score) - 1 + 1.001 / 254)
    // Errors of either sign cancel: what is left is far less.
    #expect(worst <= 0.02)
    #expect(worst > 0)
  }

  /// What the value of a lone token comes out as: its weight is one.
  private static func kept(_ value: [Float], set: InstructionSet) -> [Float] {
    let cpu = CPU(threads: 1, instructionSet: set)
    let layout = KeyValueLayout(layers: [(heads: 1, keyWidth: 1, valueWidth: value.count)], element: .q8)
    let segment = AttentionSegment(rows: 0..<1, firstPosition: 0, pages: [KeyValuePage(layout: layout)])
    cpu.append(
      keys: Tensor([1], shape: [1, 1, 1]), values: Tensor(value, shape: [1, 1, value.count]), to: [segment],
      layer: layout.layers[0])
    return cpu.attention(
      Tensor([1], shape: [1, 1, 1]), over: [segment], layer: layout.layers[0], settings: AttentionSettings(scale: 1)
    ).toArray()
  }

  @Test("a number is kept within half a step of its 32 neighbours", arguments: InstructionSet.available)
  func rounding(_ set: InstructionSet) {
    var random = TestRandom(seed: 5)
    for width in [1, 2, 15, 31, 32, 33, 64, 77, 100] {
      for exponent in stride(from: -30, through: 22, by: 1) {
        let factor = Float(sign: .plus, exponent: exponent, significand: 1)
        let value = random.activations(rows: 1, inputs: width).map { $0 * factor }
        let found = CodedCacheTests.kept(value, set: set)
        for start in stride(from: 0, to: width, by: 32) {
          let block = start..<min(start + 32, width)
          let largest = value[block].map(abs).max() ?? 0
          // Half of a 127th, of which the scale may be 1/1024 more, or where scales are below 2^-14 the half of 2^-24.
          let bound = max(largest / 254 * (1 + 0x1p-10), largest / 254 + 0x1p-25)
          for index in block { #expect(abs(found[index] - value[index]) <= bound, "width \(width), 2^\(exponent)") }
        }
        #expect(found == CodedNumbers(value).decoded)
      }
    }
  }

  @Test("zeros, large and infinite numbers stay finite, NaN spoils its 32 alone", arguments: InstructionSet.available)
  func unusual(_ set: InstructionSet) {
    let largest: Float = 127 * 65504
    #expect(CodedCacheTests.kept([0, -0.0, 0], set: set) == [0, 0, 0])
    #expect(CodedCacheTests.kept([.leastNonzeroMagnitude, -0x1p-140], set: set) == [0, 0])
    #expect(CodedCacheTests.kept([1e30, 1, -1e30], set: set) == [largest, 0, -largest])
    #expect(
      CodedCacheTests.kept([-.infinity, 65504, .infinity, 4e6], set: set) == [-largest, 65504, largest, 61 * 65504])
    #expect(CodedCacheTests.kept([largest, 65504], set: set) == [largest, 65504])
    #expect(CodedCacheTests.kept([.greatestFiniteMagnitude], set: set) == [largest])
    var values = [Float](repeating: 127, count: 70)
    values[40] = .nan
    let found = CodedCacheTests.kept(values, set: set)
    for index in 0..<70 {
      #expect(32..<64 ~= index ? found[index].isNaN : found[index] == 127, "element \(index)")
    }
  }

  @Test("a page of codes takes a byte a number and two for 32 of them")
  func pageSize() {
    let shapes = [
      KeyValueLayout.LayerShape(heads: 3, keyWidth: 64, valueWidth: 64),
      KeyValueLayout.LayerShape(heads: 2, keyWidth: 33, valueWidth: 20),
      KeyValueLayout.LayerShape(heads: 1, keyWidth: 576, valueWidth: 512, values: .inKeys),
    ]
    let sizes = shapes.map { KeyValueLayout(layers: [$0], element: .q8).pageByteCount }
    #expect(sizes == [3 * 64 * (64 + 64 + 4 + 4), 2 * 64 * (33 + 32 + 4 + 2), 64 * (576 + 36)])
    #expect(KeyValueLayout(layers: shapes, element: .q8).pageByteCount == sizes.reduce(0, +))
    #expect(KeyValueLayout(layers: [shapes[0]], element: .f16).pageByteCount * 17 == sizes[0] * 32)
    #expect(KeyValueLayout(layers: [shapes[2]], element: .f16).pageByteCount * 17 == sizes[2] * 32)
    #expect(KeyValueLayout(layers: shapes, element: .q8).bytesPerToken == 408 + 142 + 612)
  }

  @Test(
    "a copied page that is written again leaves the first as it was, and nothing old behind",
    arguments: KeyValueLayout.Element.allCases, KeyValueLayout.Values.allCases)
  func rewritten(_ element: KeyValueLayout.Element, _ source: KeyValueLayout.Values) {
    let test = AttentionCase(
      heads: 6, keyHeads: 3, keyWidth: 52, valueWidth: 37, element: element, source: source)
    let cpu = CPU(threads: 2)
    let first = AttentionInput(test, tokens: 120, seed: 1)
    let pages = first.pages()
    let before = first.run(on: cpu, pieces: [120], pages: pages).map(\.bitPattern)
    // Another sequence of the same first 70 tokens goes on with larger numbers, in copies of the pages.
    let other = first.changed(from: 70, by: 9)
    let copies = pages.map { KeyValuePage(copying: $0) }
    let alone = other.run(on: cpu, pieces: [120]).map(\.bitPattern)
    let reused = other.resume(at: 70, pages: copies, on: cpu).map(\.bitPattern)
    #expect(reused == Array(alone.suffix(reused.count)))
    // And then as at first, in the same pages.
    let width = 6 * 37
    let again = first.resume(at: 70, pages: copies, on: cpu).map(\.bitPattern)
    #expect(again == Array(before.suffix(50 * width)))
    #expect(first.resume(at: 119, pages: pages, on: cpu).map(\.bitPattern) == Array(before.suffix(width)))
  }
}

extension AttentionInput {
  /// The same with keys and values of later tokens multiplied.
  fileprivate func changed(from position: Int, by factor: Float) -> AttentionInput {
    func change(_ numbers: [Float], _ width: Int) -> [Float] {
      numbers.enumerated().map { $0.offset >= position * test.keyHeads * width ? $0.element * factor : $0.element }
    }
    return AttentionInput(
      test, tokens: tokens, query: query, keys: change(keys, test.keyWidth), values: change(values, test.valueWidth))
  }

  /// The result of the rows from a position on, when the pages hold those before it.
  fileprivate func resume(at position: Int, pages: [KeyValuePage], on cpu: CPU) -> [Float] {
    let range = position..<tokens
    let segment = AttentionSegment(rows: 0..<range.count, firstPosition: position, pages: pages)
    AttentionInput.append(test, keys: keys(range), values: values(range), to: [segment], on: cpu)
    return cpu.attention(query(range), over: [segment], layer: test.layout.layers[1], settings: test.settings).toArray()
  }
}
