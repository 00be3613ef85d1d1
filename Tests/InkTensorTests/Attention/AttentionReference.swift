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
        (heads: 1, keyWidth: 3, valueWidth: 5), (heads: keyHeads, keyWidth: keyWidth, valueWidth: valueWidth),
      ], element: element)
  }

  var testDescription: String {
    var text = "\(heads)/\(keyHeads) heads of \(keyWidth)/\(valueWidth), \(mask)"
    if let softCap { text += ", cap \(softCap)" }
    if !slopes.isEmpty { text += ", slopes" }
    if let biasReach { text += ", bias to \(biasReach)" }
    if element == .f16 { text += ", in half precision" }
    return text
  }

  static let all: [AttentionCase] = [
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
    .init(element: .f16), .init(heads: 6, keyHeads: 2, keyWidth: 12, valueWidth: 20, mask: .window(70), element: .f16),
    .init(heads: 3, keyHeads: 1, keyWidth: 64, valueWidth: 64, softCap: 5, element: .f16),
    .init(biasReach: 0), .init(biasReach: 5), .init(heads: 3, keyHeads: 3, keyWidth: 12, biasReach: 64),
    .init(mask: .window(70), softCap: 3, biasReach: 131),
  ]

  /// Where every row sees all keys, so that a sequence cannot be fed in pieces.
  static let bidirectional: [AttentionCase] = [
    .init(mask: .bidirectional), .init(heads: 1, keyHeads: 1, keyWidth: 1, valueWidth: 1, mask: .bidirectional),
    .init(heads: 3, keyHeads: 3, keyWidth: 12, valueWidth: 20, mask: .bidirectional, biasReach: 7),
    .init(heads: 2, keyHeads: 2, keyWidth: 64, valueWidth: 64, mask: .bidirectional, biasReach: 128),
    .init(heads: 6, keyHeads: 2, mask: .bidirectional, softCap: 4, element: .f16),
  ]
}

/// Queries, keys and values of a whole sequence.
struct AttentionInput {
  let test: AttentionCase
  let tokens: Int
  let query: [Float]  // [tokens, heads, keyWidth]
  let keys: [Float]  // [tokens, keyHeads, keyWidth]
  let values: [Float]  // [tokens, keyHeads, valueWidth]

  init(_ test: AttentionCase, tokens: Int, seed: UInt64) {
    var random = TestRandom(seed: seed)
    self.test = test
    self.tokens = tokens
    query = random.activations(rows: tokens, inputs: test.heads * test.keyWidth).map { $0 * 3 }
    keys = random.activations(rows: tokens, inputs: test.keyHeads * test.keyWidth).map { $0 * 3 }
    values = random.activations(rows: tokens, inputs: test.keyHeads * test.valueWidth)
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
      cpu.append(keys: keys(range), values: values(range), to: [segment], layer: test.layout.layers[1])
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
    let (keys, values) = (stored(self.keys), stored(self.values))
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

  /// What a page keeps of these numbers.
  private func stored(_ numbers: [Float]) -> [Float] {
    switch test.element {
    case .f32: numbers
    case .f16: NarrowFloat.f16.decode(NarrowFloat.f16.encode(numbers))
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
