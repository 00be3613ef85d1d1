import Foundation
import InkTensor
import Testing

/// Attention of whole sequences without a cache, and its gradients.
@Suite("Attention of whole sequences")
struct SequenceAttentionTests {
  private static let cached = (AttentionCase.all + AttentionCase.bidirectional).filter { $0.element == .f32 }

  /// Small widths, so that differences are quick.
  private static let small: [AttentionCase] = [
    .init(heads: 4, keyHeads: 2, keyWidth: 5, valueWidth: 3),
    .init(heads: 2, keyHeads: 2, keyWidth: 16, valueWidth: 17, mask: .window(3)),
    .init(heads: 3, keyHeads: 1, keyWidth: 4, valueWidth: 4, mask: .bidirectional),
    .init(heads: 2, keyHeads: 1, keyWidth: 4, valueWidth: 3, softCap: 1.5),
    .init(heads: 2, keyHeads: 1, keyWidth: 4, valueWidth: 3, slopes: [0.5, 0.1]),
    .init(heads: 2, keyHeads: 2, keyWidth: 4, valueWidth: 3, mask: .bidirectional, biasReach: 2),
    .init(heads: 3, keyHeads: 1, keyWidth: 5, valueWidth: 3, source: .inKeys),
  ]

  /// With blocks of rows and tiles of keys that are whole, cut or hidden in part.
  private static let wide: [AttentionCase] = [
    .init(heads: 4, keyHeads: 2), .init(heads: 1, keyHeads: 1, keyWidth: 12, valueWidth: 20),
    .init(heads: 2, keyHeads: 1, mask: .window(1)), .init(heads: 2, keyHeads: 2, mask: .window(33)),
    .init(heads: 2, keyHeads: 1, mask: .window(64)), .init(heads: 1, keyHeads: 1, mask: .window(100)),
    .init(heads: 1, keyHeads: 1, mask: .window(.max)), .init(heads: 2, keyHeads: 1, mask: .bidirectional),
    .init(heads: 2, keyHeads: 1, mask: .window(70), softCap: 2, slopes: [0.02, 0.1]),
    .init(heads: 2, keyHeads: 1, mask: .bidirectional, biasReach: 30),
    .init(heads: 3, keyHeads: 1, keyWidth: 21, valueWidth: 13, source: .inKeys),
  ]

  @Test("results have the bits of attention over a cache", arguments: cached)
  func sameBitsAsCached(_ test: AttentionCase) {
    for tokens in [1, 31, 64, 65, 150] {
      let input = AttentionInput(test, tokens: tokens, seed: UInt64(tokens))
      let expected = input.run(on: CPU(threads: 1), pieces: [tokens]).map(\.bitPattern)
      let cpu = CPU(threads: 2)
      let range = 0..<tokens
      let segments = [AttentionSegment(wholeSequence: range)]
      let found =
        switch test.source {
        case .own:
          cpu.attention(
            input.query(range), key: input.keys(range), value: input.values(range), segments: segments,
            settings: test.settings)
        case .inKeys:
          cpu.attention(
            input.query(range), keysWithValues: input.keys(range), valueWidth: test.valueWidth, segments: segments,
            settings: test.settings)
        }
      #expect(found.toArray().map(\.bitPattern) == expected, "\(tokens) tokens")
    }
  }

  @Test("gradients agree with differences", arguments: small, InstructionSet.available)
  func differences(_ test: AttentionCase, set: InstructionSet) {
    var check = GradientCheck(cpu: CPU(threads: 2, instructionSet: set))
    check.step = 5e-3
    let input = SequenceAttentionInput(test, lengths: [5, 1, 3])
    check(input.inputs) { cpu, inputs in [input.attend(inputs, on: cpu)] }
  }

  @Test("gradients agree with the definition at lengths around those of tiles and blocks", arguments: wide)
  func definition(_ test: AttentionCase) {
    for lengths in [[1], [31, 33], [63], [64, 2, 65], [127], [128], [129]] {
      expectDefinition(SequenceAttentionInput(test, lengths: lengths), "\(lengths)")
    }
  }

  @Test("where a sequence's first tokens see each other gradients agree with the definition")
  func prefix() {
    for context in [1, 7, 40, 64, 90] {
      let input = SequenceAttentionInput(.init(heads: 2, keyHeads: 1), lengths: [90, 100]) { _ in
        .blankFilling(context: context, mask: context - 1)
      }
      expectDefinition(input, "context \(context)")
    }
  }

  @Test("gradients of rows that look at other sequences agree with the definition")
  func crossAttention() {
    let test = AttentionCase(heads: 4, keyHeads: 2, keyWidth: 12, valueWidth: 20, mask: .bidirectional)
    expectDefinition(SequenceAttentionInput(test, lengths: [3, 70, 1], keyLengths: [100, 1, 64]), "beside each other")
    expectDefinition(SequenceAttentionInput(test, lengths: [0, 2], keyLengths: [5, 3]), "without queries")
  }

  /// Some gradients of PyTorch's `scaled_dot_product_attention` (2.15, float64) for 130 rows, 4 query heads that share 2
  /// of 16, values of 20 elements, and numbers by ``wave(_:_:)``; for each input eight elements, from the sixth on at
  /// equal distances.
  private static let known: [(mask: AttentionMask, gradients: [[Double]])] = [
    (
      .causal,
      [
        [
          0, -0.0633075517, 0.0345438091, -0.0851051541, -0.0104148193, -0.0376233856, 0.0551875772, 0.0107327835,
        ],
        [
          -1.61687922, 0.557405476, 0.343025412, -0.0166782017, 0.0213199429, -0.256323167, -0.0556433933, 0.0587633864,
        ],
        [
          -1.70656092, -0.0826275677, 0.160838771, -0.0436400162, -0.0242460627, 0.0245478997, 0.00943443848,
          -0.0105227532,
        ],
      ]
    ),
    (
      .bidirectional,
      [
        [
          -0.00142686277, -0.0154282931, 0.00186306403, -0.106593715, 0.0489577938, -0.0432936375, 0.0582007005,
          0.00534876904,
        ],
        [
          -0.42257523, 0.239308917, -0.025069978, -0.00238304421, -0.00593238726, 0.0221685763, 0.256566031,
          -0.0477999677,
        ],
        [
          -0.035771376, -0.0331736039, -0.00625364945, -0.0113844319, -0.000750164127, -0.0194487345, -0.0680270673,
          -0.00467513369,
        ],
      ]
    ),
  ]

  private static func wave(_ count: Int, _ seed: Int) -> [Float] {
    (0..<count).map { index in
      Float(sin(Double(index) * 0.37 + Double(seed)) * 1.5 * cos(Double(index) * 0.011 * Double(seed + 1)))
    }
  }

  @Test("gradients are those of PyTorch")
  func pyTorch() {
    let (rows, heads, keyHeads, keyWidth, valueWidth) = (130, 4, 2, 16, 20)
    for (mask, expected) in SequenceAttentionTests.known {
      let test = AttentionCase(
        heads: heads, keyHeads: keyHeads, keyWidth: keyWidth, valueWidth: valueWidth, mask: mask)
      var input = SequenceAttentionInput(test, lengths: [rows])
      input.query = Tensor(
        SequenceAttentionTests.wave(rows * heads * keyWidth, 0), shape: [rows, heads, keyWidth])
      input.key = Tensor(
        SequenceAttentionTests.wave(rows * keyHeads * keyWidth, 1), shape: [rows, keyHeads, keyWidth])
      input.value = Tensor(
        SequenceAttentionTests.wave(rows * keyHeads * valueWidth, 2), shape: [rows, keyHeads, valueWidth])
      input.above = SequenceAttentionTests.wave(rows * heads * valueWidth, 3)
      for (index, (found, expected)) in zip(input.gradients(on: CPU(threads: 2)), expected).enumerated() {
        for (place, expected) in expected.enumerated() {
          let element = Double(found[5 + place * (found.count / 8)])
          #expect(abs(element - expected) <= 5e-6, "\(mask), input \(index): \(element) for \(expected)")
        }
      }
    }
  }

  private func expectDefinition(_ input: SequenceAttentionInput, _ comment: Comment) {
    for (index, (found, expected)) in zip(input.gradients(on: CPU(threads: 2)), input.reference()).enumerated() {
      #expect(found.count == expected.count)
      let worst = zip(found, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
      let scale = max(1, expected.map(abs).max() ?? 0)
      #expect(worst <= 5e-6 * scale, "\(comment), input \(index): off by \(worst) of \(scale)")
    }
  }

  @Test("threads and instruction sets do not change a bit of a gradient", arguments: wide)
  func sameBits(_ test: AttentionCase) {
    let input = SequenceAttentionInput(test, lengths: [140])
    let first = input.gradients(on: CPU(threads: 1, instructionSet: .portable)).map { $0.map(\.bitPattern) }
    for set in InstructionSet.available {
      for threads in [1, 2, 5] {
        let found = input.gradients(on: CPU(threads: threads, instructionSet: set)).map { $0.map(\.bitPattern) }
        #expect(found == first, "\(set), \(threads) threads")
      }
    }
  }

  @Test("a sequence's gradients do not depend on those beside it", arguments: wide)
  func independence(_ test: AttentionCase) {
    let cpu = CPU(threads: 2)
    let lengths = [33, 97, 5]
    let together = SequenceAttentionInput(test, lengths: lengths).gradients(on: cpu)
    var start = 0
    for length in lengths {
      let alone = SequenceAttentionInput(test, lengths: [length]).gradients(on: cpu)
      for (all, own) in zip(together, alone) {
        let width = own.count / length
        let part = all[start * width..<(start + length) * width]
        #expect(part.map(\.bitPattern) == own.map(\.bitPattern), "\(length) of \(lengths)")
      }
      start += length
    }
  }

  @Test("a table of distances has gradients that agree with differences and do not depend on threads")
  func distances() {
    let test = AttentionCase(heads: 4, keyHeads: 2, keyWidth: 4, valueWidth: 3, mask: .bidirectional)
    for reach in [0, 2, 9] {
      let input = SequenceAttentionInput(test, lengths: [5, 1, 3])
      let table = GradientCheck.input([2 * reach + 1, test.heads], seed: 3)
      var check = GradientCheck(cpu: CPU(threads: 2))
      check.step = 5e-3
      check(input.inputs + [table], "reach \(reach)") { cpu, inputs in
        [
          cpu.attention(
            inputs[0], key: inputs[1], value: inputs[2], segments: input.segments, settings: test.settings,
            distanceBias: inputs[3])
        ]
      }
    }
    let input = SequenceAttentionInput(test, lengths: [140, 70, 3])
    let table = GradientCheck.input([41, test.heads], seed: 3)
    let first = tableGradient(table, input, on: CPU(threads: 1, instructionSet: .portable))
    #expect(first.contains { $0 != 0 })
    for set in InstructionSet.available {
      #expect(tableGradient(table, input, on: CPU(threads: 3, instructionSet: set)) == first, "\(set)")
    }
  }

  private func tableGradient(_ table: Tensor, _ input: SequenceAttentionInput, on cpu: CPU) -> [Float] {
    let parameter = table.asParameter()
    let store = GradientStore(of: [parameter])
    let row = Weight.dense(Tensor(input.above, shape: [1, input.above.count]))
    _ = cpu.valueAndGradient(of: store) { cpu in
      let mixed = cpu.attention(
        input.query, key: input.key, value: input.value, segments: input.segments, settings: input.test.settings,
        distanceBias: parameter)
      return cpu.linear(mixed.reshaped([1, input.above.count]), by: [row], epilogues: [.none])[0]
    }
    return store[parameter]?.toArray() ?? []
  }

  @Test("rows of no sequence have results and gradients of zero")
  func rowsOfNoSequence() {
    let cpu = CPU(threads: 2)
    let (heads, width) = (2, 4)
    let query = GradientCheck.input([6, heads, width], seed: 1)
    let parameter = query.asParameter()
    let store = GradientStore(of: [parameter])
    let settings = AttentionSettings(scale: 0.5)
    let segments = [AttentionSegment(wholeSequence: 3..<5), AttentionSegment(wholeSequence: 1..<2)]
    var result: [Float] = []
    _ = cpu.valueAndGradient(of: store) { cpu in
      let mixed = cpu.attention(parameter, key: parameter, value: parameter, segments: segments, settings: settings)
      result = mixed.toArray()
      let row = Weight.dense(Tensor([Float](repeating: 1, count: result.count), shape: [1, result.count]))
      return cpu.linear(mixed.reshaped([1, result.count]), by: [row], epilogues: [.none])[0]
    }
    let gradient = store[parameter]?.toArray() ?? []
    let size = heads * width
    for row in 0..<6 {
      let isOutside = [0, 2, 5].contains(row)
      #expect(result[row * size..<(row + 1) * size].allSatisfy { $0 == 0 } == isOutside, "result \(row)")
      #expect(gradient[row * size..<(row + 1) * size].allSatisfy { $0 == 0 } == isOutside, "gradient \(row)")
    }
  }
}
