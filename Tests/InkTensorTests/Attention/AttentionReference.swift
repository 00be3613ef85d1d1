import Foundation
import InkTensor
import Testing

/// One way of using attention: heads, widths and settings.
struct AttentionCase: Sendable, CustomTestStringConvertible {
  var heads = 4
  var keyHeads = 2
  var keyWidth = 16
  var valueWidth = 16
  var mask = AttentionMask.causal
  var softCap: Float? = nil
  var slopes: [Float] = []
  /// Beyond this distance every key of a head has the same bias; nil for none.
  var biasReach: Int? = nil
  var element = KeyValueLayout.Element.f32
  var source = KeyValueLayout.Values.own

  var settings: AttentionSettings {
    AttentionSettings(
      scale: 1 / Float(keyWidth).squareRoot(), mask: mask, softCap: softCap, slopes: slopes,
      distanceBias: biasReach.map { DistanceBias(heads: heads, reach: $0, AttentionCase.bias) })
  }

  /// Something else for every head and distance.
  static func bias(head: Int, distance: Int) -> Float {
    Float(head + 1) * 0.25 + Float(distance) * (distance < 0 ? 0.03 : -0.05)
  }

  /// A layer of this kind behind one of another kind, so that its offsets in a page are not zero.
  var layout: KeyValueLayout {
    KeyValueLayout(
      layers: [
        KeyValueLayout.LayerShape(heads: 1, keyWidth: 3, valueWidth: 5),
        KeyValueLayout.LayerShape(heads: keyHeads, keyWidth: keyWidth, valueWidth: valueWidth, values: source),
      ], element: element)
  }

  var testDescription: String {
    var text = "\(heads)/\(keyHeads) heads of \(keyWidth)/\(valueWidth), \(mask)"
    if let softCap { text += ", cap \(softCap)" }
    if !slopes.isEmpty { text += ", slopes" }
    if let biasReach { text += ", bias to \(biasReach)" }
    if element != .f32 { text += ", in \(element)" }
    if source == .inKeys { text += ", values in keys" }
    return text
  }

  static let all: [AttentionCase] =
    [
      .init(), .init(heads: 1, keyHeads: 1, keyWidth: 1, valueWidth: 1), .init(heads: 3, keyHeads: 3, keyWidth: 8),
      .init(heads: 6, keyHeads: 2, keyWidth: 12, valueWidth: 20),
      .init(heads: 3, keyHeads: 1, keyWidth: 64, valueWidth: 64),
      .init(heads: 5, keyHeads: 1, keyWidth: 20, valueWidth: 7), .init(heads: 16, keyHeads: 1, valueWidth: 33),
      .init(mask: .window(1)), .init(mask: .window(2)), .init(heads: 3, keyHeads: 1, mask: .window(17)),
      .init(mask: .window(63)), .init(mask: .window(64)), .init(mask: .window(65)),
      .init(keyWidth: 12, mask: .window(100)),
      .init(mask: .window(200)), .init(mask: .window(1000)), .init(mask: .window(.max)), .init(softCap: 2),
      .init(softCap: 50), .init(slopes: [0.5, 0.25, 0.125, 0]), .init(mask: .window(70), slopes: [1, 0.01, 0.3, -0.1]),
      .init(heads: 6, keyHeads: 2, mask: .window(33), softCap: 3, slopes: [0.5, 0.4, 0.3, 0.2, 0.1, 0.05]),
      .init(element: .f16),
      .init(heads: 6, keyHeads: 2, keyWidth: 12, valueWidth: 20, mask: .window(70), element: .f16),
      .init(heads: 3, keyHeads: 1, keyWidth: 64, valueWidth: 64, softCap: 5, element: .f16),
      .init(biasReach: 0), .init(biasReach: 5), .init(heads: 3, keyHeads: 3, keyWidth: 12, biasReach: 64),
      .init(mask: .window(70), softCap: 3, biasReach: 131),
      .init(heads: 19, keyHeads: 1, keyWidth: 48, valueWidth: 32, source: .inKeys),
      .init(heads: 9, keyHeads: 1, keyWidth: 21, valueWidth: 13, element: .f16, source: .inKeys),
      .init(heads: 4, keyHeads: 2, keyWidth: 19, valueWidth: 19, mask: .window(70), source: .inKeys),
    ] + coded

  /// Kept as codes of 8 bits, at widths around those of a scale and of a register.
  static let coded: [AttentionCase] = [
    .init(element: .q8), .init(heads: 1, keyHeads: 1, keyWidth: 1, valueWidth: 1, element: .q8),
    .init(heads: 6, keyHeads: 2, keyWidth: 12, valueWidth: 20, mask: .window(70), element: .q8),
    .init(heads: 3, keyHeads: 1, keyWidth: 64, valueWidth: 64, softCap: 5, element: .q8),
    .init(heads: 5, keyHeads: 1, keyWidth: 33, valueWidth: 65, element: .q8),
    .init(heads: 2, keyHeads: 2, keyWidth: 95, valueWidth: 127, slopes: [0.1, 0.01], element: .q8),
    .init(heads: 19, keyHeads: 1, keyWidth: 48, valueWidth: 32, element: .q8, source: .inKeys),
    .init(heads: 9, keyHeads: 1, keyWidth: 21, valueWidth: 13, element: .q8, source: .inKeys),
    .init(heads: 4, keyHeads: 2, keyWidth: 83, valueWidth: 50, mask: .window(70), element: .q8, source: .inKeys),
  ]

  /// Where every row sees all keys, so that a sequence cannot be fed in pieces.
  static let bidirectional: [AttentionCase] = [
    .init(mask: .bidirectional), .init(heads: 1, keyHeads: 1, keyWidth: 1, valueWidth: 1, mask: .bidirectional),
    .init(heads: 3, keyHeads: 3, keyWidth: 12, valueWidth: 20, mask: .bidirectional, biasReach: 7),
    .init(heads: 2, keyHeads: 2, keyWidth: 64, valueWidth: 64, mask: .bidirectional, biasReach: 128),
    .init(heads: 6, keyHeads: 2, mask: .bidirectional, softCap: 4, element: .f16),
    .init(heads: 6, keyHeads: 2, keyWidth: 40, valueWidth: 35, mask: .bidirectional, element: .q8),
  ]
}

/// Queries, keys and values of a whole sequence.
struct AttentionInput {
  let test: AttentionCase
  let tokens: Int
  let query: [Float]  // [tokens, heads, keyWidth]
  let keys: [Float]  // [tokens, keyHeads, keyWidth]
  let values: [Float]  // [tokens, keyHeads, valueWidth]

  init(_ test: AttentionCase, tokens: Int, query: [Float], keys: [Float], values: [Float]) {
    self.test = test
    self.tokens = tokens
    self.query = query
    self.keys = keys
    self.values = values
  }

  init(_ test: AttentionCase, tokens: Int, seed: UInt64) {
    var random = TestRandom(seed: seed)
    self.test = test
    self.tokens = tokens
    query = random.activations(rows: tokens, inputs: test.heads * test.keyWidth).map { $0 * 3 }
    // Values of at most one, wherever they are: the tolerance of the tests is that of such numbers.
    let keyScale: Float = test.source == .own ? 3 : 1
    keys = random.activations(rows: tokens, inputs: test.keyHeads * test.keyWidth).map { $0 * keyScale }
    switch test.source {
    case .own: values = random.activations(rows: tokens, inputs: test.keyHeads * test.valueWidth)
    case .inKeys: values = AttentionInput.columns(of: keys, width: test.keyWidth, 0..<test.valueWidth)
    }
  }

  private static func columns(of all: [Float], width: Int, _ columns: Range<Int>) -> [Float] {
    stride(from: 0, to: all.count, by: width).flatMap { all[$0 + columns.lowerBound..<$0 + columns.upperBound] }
  }

  /// Writes keys [rows, keyHeads, keyWidth] and values [rows, keyHeads, valueWidth] as the case stores them.
  static func append(
    _ test: AttentionCase, keys: Tensor, values: Tensor, to segments: [AttentionSegment], on cpu: CPU
  ) {
    let layer = test.layout.layers[1]
    switch test.source {
    case .own: cpu.append(keys: keys, values: values, to: segments, layer: layer)
    case .inKeys:
      let rest = columns(of: keys.toArray(), width: test.keyWidth, test.valueWidth..<test.keyWidth)
      let shape: Shape = [keys.shape[0], test.keyHeads, test.keyWidth - test.valueWidth]
      cpu.append(content: values, rest: Tensor(rest, shape: shape), to: segments, layer: layer)
    }
  }

  func query(_ range: Range<Int>) -> Tensor { part(query, range, test.heads, test.keyWidth) }
  func keys(_ range: Range<Int>) -> Tensor { part(keys, range, test.keyHeads, test.keyWidth) }
  func values(_ range: Range<Int>) -> Tensor { part(values, range, test.keyHeads, test.valueWidth) }

  private func part(_ all: [Float], _ range: Range<Int>, _ heads: Int, _ width: Int) -> Tensor {
    let stride = heads * width
    return Tensor(
      Array(all[range.lowerBound * stride..<range.upperBound * stride]), shape: [range.count, heads, width])
  }

  /// Empty pages for all tokens.
  func pages() -> [KeyValuePage] {
    let layout = test.layout
    return (0..<(tokens + KeyValueLayout.tokensPerPage - 1) / KeyValueLayout.tokensPerPage).map { _ in
      KeyValuePage(layout: layout)
    }
  }

  /// Feeds the sequence in pieces of the given sizes and returns the result of all rows.
  func run(on cpu: CPU, pieces: [Int], pages given: [KeyValuePage]? = nil) -> [Float] {
    let pages = given ?? pages()
    var result: [Float] = []
    var position = 0
    for piece in pieces where piece > 0 {
      let range = position..<position + piece
      let segment = AttentionSegment(rows: 0..<piece, firstPosition: position, pages: pages)
      AttentionInput.append(test, keys: keys(range), values: values(range), to: [segment], on: cpu)
      result += cpu.attention(query(range), over: [segment], layer: test.layout.layers[1], settings: test.settings)
        .toArray()
      position += piece
    }
    return result
  }

  /// The same by the definition, in double precision, without tiles: [tokens, heads * valueWidth].
  func reference() -> [Double] {
    var result: [Double] = []
    let group = test.heads / test.keyHeads
    let (keys, values) = stored
    for position in 0..<tokens {
      for head in 0..<test.heads {
        let visible = firstVisible(position)...(test.mask == .bidirectional ? tokens - 1 : position)
        let scores = visible.map { score(position, $0, head: head, keys) }
        let largest = scores.max() ?? 0
        let weights = scores.map { exp($0 - largest) }
        let sum = weights.reduce(0, +)
        for element in 0..<test.valueWidth {
          var total = 0.0
          for (key, weight) in zip(visible, weights) {
            total += weight * Double(values[(key * test.keyHeads + head / group) * test.valueWidth + element])
          }
          result.append(total / sum)
        }
      }
    }
    return result
  }

  /// What a page keeps of the keys and values.
  var stored: (keys: [Float], values: [Float]) {
    let keys = stored(self.keys, width: test.keyWidth)
    switch test.source {
    case .own: return (keys, stored(values, width: test.valueWidth))
    case .inKeys: return (keys, AttentionInput.columns(of: keys, width: test.keyWidth, 0..<test.valueWidth))
    }
  }

  private func stored(_ numbers: [Float], width: Int) -> [Float] {
    switch test.element {
    case .f32: numbers
    case .f16: NarrowFloat.f16.decode(NarrowFloat.f16.encode(numbers))
    case .q8: stride(from: 0, to: numbers.count, by: width).flatMap { CodedNumbers(numbers[$0..<$0 + width]).decoded }
    }
  }

  private func firstVisible(_ position: Int) -> Int {
    switch test.mask {
    case .causal, .bidirectional: 0
    case .window(let width): width > position ? 0 : position - width + 1
    }
  }

  private func score(_ position: Int, _ key: Int, head: Int, _ keys: [Float]) -> Double {
    let keyHead = head / (test.heads / test.keyHeads)
    var product = 0.0
    for element in 0..<test.keyWidth {
      product +=
        Double(query[(position * test.heads + head) * test.keyWidth + element])
        * Double(keys[(key * test.keyHeads + keyHead) * test.keyWidth + element])
    }
    var score = product * Double(test.settings.scale)
    if let cap = test.softCap { score = Double(cap) * tanh(score / Double(cap)) }
    if !test.slopes.isEmpty { score += Double(test.slopes[head]) * Double(key - position) }
    if let reach = test.biasReach {
      score += Double(AttentionCase.bias(head: head, distance: min(max(key - position, -reach), reach)))
    }
    return score
  }
}
