import Foundation
import InkTensor

/// Whole sequences with one way of using attention, and what comes back to the result.
struct SequenceAttentionInput {
  let test: AttentionCase
  /// The rows of each sequence.
  let segments: [AttentionSegment]
  /// For each of them the rows of the keys, if those are not its own.
  var keySegments: [AttentionSegment]?
  var query: Tensor
  var key: Tensor
  var value: Tensor
  /// The gradient of the result.
  var above: [Float]

  /// Sequences side by side, with normal numbers that depend on the seed and the sequence's length alone.
  init(
    _ test: AttentionCase, lengths: [Int], keyLengths: [Int]? = nil,
    arrangement: (Int) -> SequenceArrangement = { _ in .causal }
  ) {
    self.test = test
    var (segments, keySegments): ([AttentionSegment], [AttentionSegment]) = ([], [])
    var (row, keyRow) = (0, 0)
    var (query, key, value, above): ([Float], [Float], [Float], [Float]) = ([], [], [], [])
    for (length, keyLength) in zip(lengths, keyLengths ?? lengths) {
      segments.append(AttentionSegment(wholeSequence: row..<row + length, arrangement: arrangement(length)))
      keySegments.append(AttentionSegment(wholeSequence: keyRow..<keyRow + keyLength))
      row += length
      keyRow += keyLength
      func numbers(_ count: Int, _ name: String) -> [Float] {
        let stream = RandomStream(seed: UInt64(length), name: name)
        return (0..<count).map { Float(stream.normal(at: UInt64($0))) }
      }
      query += numbers(length * test.heads * test.keyWidth, "query")
      key += numbers(keyLength * test.keyHeads * test.keyWidth, "key")
      value += numbers(keyLength * test.keyHeads * test.valueWidth, "value")
      above += numbers(length * test.heads * test.valueWidth, "above")
    }
    self.segments = segments
    self.keySegments = keyLengths == nil ? nil : keySegments
    self.query = Tensor(query, shape: [row, test.heads, test.keyWidth])
    self.key = Tensor(key, shape: [keyRow, test.keyHeads, test.keyWidth])
    self.value = Tensor(value, shape: [keyRow, test.keyHeads, test.valueWidth])
    self.above = above
  }

  /// What gradients are asked of.
  var inputs: [Tensor] {
    switch test.source {
    case .own: [query, key, value]
    case .inKeys: [query, key]
    }
  }

  func attend(_ inputs: [Tensor], on cpu: CPU) -> Tensor {
    switch test.source {
    case .own:
      if let keySegments {
        return cpu.attention(
          inputs[0], key: inputs[1], value: inputs[2], querySegments: segments, keySegments: keySegments,
          settings: test.settings)
      }
      return cpu.attention(
        inputs[0], key: inputs[1], value: inputs[2], segments: segments, settings: test.settings)
    case .inKeys:
      return cpu.attention(
        inputs[0], keysWithValues: inputs[1], valueWidth: test.valueWidth, segments: segments,
        settings: test.settings)
    }
  }

  /// The gradients of the inputs by the tape.
  func gradients(on cpu: CPU) -> [[Float]] {
    let parameters = inputs.map { $0.asParameter() }
    let store = GradientStore(of: parameters)
    let row = Weight.dense(Tensor(above, shape: [1, above.count]))
    _ = cpu.valueAndGradient(of: store) { cpu in
      cpu.linear(attend(parameters, on: cpu).reshaped([1, above.count]), by: [row], epilogues: [.none])[0]
    }
    return parameters.map { store[$0]?.toArray() ?? [] }
  }

  /// The gradients of the inputs by the definition, in double precision, with whole matrices.
  func reference() -> [[Double]] {
    let (query, key) = (self.query.toArray(), self.key.toArray())
    var found = inputs.map { [Double](repeating: 0, count: $0.elementCount) }
    let valueInput = test.source == .own ? 2 : 1
    let valueStride = test.source == .own ? test.valueWidth : test.keyWidth
    let values = test.source == .own ? value.toArray() : key
    let group = test.heads / test.keyHeads
    for (segment, others) in zip(segments, keySegments ?? segments) {
      for position in 0..<segment.rows.count {
        for head in 0..<test.heads {
          let row = (segment.rows.lowerBound + position) * test.heads + head
          func keyRow(_ key: Int) -> Int { (others.rows.lowerBound + key) * test.keyHeads + head / group }
          let visible = visible(position, segment, keyCount: others.rows.count)
          let scores = visible.map { place -> (score: Double, slope: Double) in
            score(dot(query, row, key, keyRow(place), test.keyWidth), head: head, distance: place - position)
          }
          let largest = scores.map(\.score).max() ?? 0
          let sum = scores.reduce(0) { $0 + exp($1.score - largest) }
          let weights = scores.map { exp($0.score - largest) / sum }
          func above(_ element: Int) -> Double { Double(self.above[row * test.valueWidth + element]) }
          let products = visible.map { place in
            (0..<test.valueWidth).reduce(0) { $0 + above($1) * Double(values[keyRow(place) * valueStride + $1]) }
          }
          let mean = zip(weights, products).reduce(0) { $0 + $1.0 * $1.1 }
          for (index, place) in visible.enumerated() {
            let slope = weights[index] * (products[index] - mean) * scores[index].slope
            for element in 0..<test.keyWidth {
              let (own, other) = (row * test.keyWidth + element, keyRow(place) * test.keyWidth + element)
              found[0][own] += slope * Double(key[other])
              found[1][other] += slope * Double(query[own])
            }
            for element in 0..<test.valueWidth {
              found[valueInput][keyRow(place) * valueStride + element] += weights[index] * above(element)
            }
          }
        }
      }
    }
    return found
  }

  private func visible(_ position: Int, _ segment: AttentionSegment, keyCount: Int) -> Range<Int> {
    switch test.mask {
    case .causal: 0..<max(position + 1, segment.arrangement.context)
    case .window(let width): (width > position ? 0 : position - width + 1)..<position + 1
    case .bidirectional: 0..<keyCount
    }
  }

  private func dot(_ a: [Float], _ rowOfA: Int, _ b: [Float], _ rowOfB: Int, _ width: Int) -> Double {
    (0..<width).reduce(0) { $0 + Double(a[rowOfA * width + $1]) * Double(b[rowOfB * width + $1]) }
  }

  /// The score of a dot product and its derivative.
  private func score(_ product: Double, head: Int, distance: Int) -> (score: Double, slope: Double) {
    let scale = Double(test.settings.scale)
    var (score, slope) = (product * scale, scale)
    if let cap = test.softCap.map(Double.init) {
      let bent = tanh(score / cap)
      (score, slope) = (cap * bent, scale * (1 - bent * bent))
    }
    if !test.slopes.isEmpty { score += Double(test.slopes[head]) * Double(distance) }
    if let reach = test.biasReach {
      score += Double(AttentionCase.bias(head: head, distance: min(max(distance, -reach), reach)))
    }
    return (score, slope)
  }
}
