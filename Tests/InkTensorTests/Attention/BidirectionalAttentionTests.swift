import InkTensor
import Testing

/// Attention without an order: every row sees all keys, its own sequence's or another's.
@Suite("Bidirectional attention")
struct BidirectionalAttentionTests {
  @Test("every row sees the whole sequence, as the definition says", arguments: AttentionCase.bidirectional)
  func matchesDefinition(_ test: AttentionCase) {
    for tokens in [1, 2, 31, 33, 64, 65, 150] {
      let input = AttentionInput(test, tokens: tokens, seed: UInt64(tokens))
      let expected = input.reference()
      for set in InstructionSet.available {
        let result = input.run(on: CPU(threads: 2, instructionSet: set), pieces: [tokens])
        #expect(result.count == expected.count)
        let worst = zip(result, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
        #expect(worst <= AttentionTests.tolerance, "\(set), \(tokens) tokens: off by \(worst)")
      }
    }
  }

  @Test("threads and instruction sets do not change a bit", arguments: AttentionCase.bidirectional)
  func sameBits(_ test: AttentionCase) {
    let input = AttentionInput(test, tokens: 170, seed: 5)
    let first = input.run(on: CPU(threads: 1, instructionSet: .portable), pieces: [170]).map(\.bitPattern)
    for set in InstructionSet.available {
      for threads in [1, 2, 3] {
        let cpu = CPU(threads: threads, instructionSet: set)
        #expect(input.run(on: cpu, pieces: [170]).map(\.bitPattern) == first, "\(set), \(threads) threads")
      }
    }
  }

  @Test(
    "rows that look at another sequence see all of it, and no row's result depends on the others",
    arguments: AttentionCase.bidirectional)
  func crossAttention(_ test: AttentionCase) {
    let cpu = CPU(threads: 2)
    let layer = test.layout.layers[1]
    // Without a bias the place of the query does not matter: the rows of a sequence of the same keys are the reference.
    var settings = test.settings
    settings.distanceBias = nil
    for keyCount in [1, 40, 64, 100] {
      let input = AttentionInput(test, tokens: keyCount, seed: UInt64(keyCount))
      let pages = input.pages()
      let own = AttentionSegment(rows: 0..<keyCount, firstPosition: 0, pages: pages)
      cpu.append(keys: input.keys(0..<keyCount), values: input.values(0..<keyCount), to: [own], layer: layer)
      let all = cpu.attention(input.query(0..<keyCount), over: [own], layer: layer, settings: settings).toArray()
      let width = test.heads * test.valueWidth
      for row in Set([0, keyCount / 2, keyCount - 1]) {
        let looking = AttentionSegment(rows: 0..<1, over: pages, keyCount: keyCount)
        let found = cpu.attention(input.query(row..<row + 1), over: [looking], layer: layer, settings: settings)
        #expect(found.toArray() == Array(all[row * width..<(row + 1) * width]), "row \(row) of \(keyCount) keys")
      }
    }
  }
}
