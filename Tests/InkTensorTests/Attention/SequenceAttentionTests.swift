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

  @Test("gradients of the numbers of distances agree with differences", arguments: [[5, 1, 3], [70]])
  func distances(lengths: [Int]) {
    let test = AttentionCase(heads: 2, keyHeads: 1, keyWidth: 3, valueWidth: 2, mask: .bidirectional)
    let input = SequenceAttentionInput(test, lengths: lengths)
    let width = DistanceBias.distances(reach: 2).count
    GradientCheck(cpu: CPU(threads: 2))([GradientCheck.input([2, width], seed: 8)]) { cpu, inputs in
      var settings = test.settings
      settings.distanceBias = DistanceBias(reach: 2, numbers: inputs[0])
      return [
        cpu.attention(
          input.query, key: input.key, value: input.value, segments: input.segments, settings: settings)
      ]
    }
  }

  @Test("threads do not change a bit of the gradient of a bias")
  func biasBits() {
    let test = AttentionCase(heads: 2, keyHeads: 1, keyWidth: 16, valueWidth: 16, mask: .bidirectional)
    let input = SequenceAttentionInput(test, lengths: [140, 30])
    let numbers = GradientCheck.input([2, DistanceBias.distances(reach: 9).count], seed: 8).asParameter()
    func gradient(threads: Int) -> [UInt32] {
      let store = GradientStore(of: [numbers])
      _ = CPU(threads: threads).valueAndGradient(of: store) { cpu in
        var settings = test.settings
        settings.distanceBias = DistanceBias(reach: 9, numbers: numbers)
        let mixed = cpu.attention(
          input.query, key: input.key, value: input.value, segments: input.segments, settings: settings)
        return cpu.squaredLogSum(mixed, rowWeights: [Float](repeating: 1, count: 170))
      }
      return store[numbers]?.toArray().map(\.bitPattern) ?? []
    }
    let first = gradient(threads: 1)
    #expect(first.contains { $0 != 0 })
    for threads in [2, 3, 7] { #expect(gradient(threads: threads) == first, "\(threads) threads") }
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
