import InkTensor
import Testing

/// Attention against its definition, and the law that a row's result depends on its position alone.
@Suite("Attention")
struct AttentionTests {
  /// The values lie in -1...1 and the scores within some tens, so that an absolute tolerance says it: 24 ulp of one.
  static let tolerance = 24 * 0x1p-23

  @Test("attention is that of the definition", arguments: AttentionCase.all)
  func matchesDefinition(_ test: AttentionCase) {
    for tokens in [1, 2, 63, 64, 65, 150] {
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

  @Test("a sequence gives the same bits in one piece, token by token and in any pieces", arguments: AttentionCase.all)
  func pieces(_ test: AttentionCase) {
    let tokens = 300
    let input = AttentionInput(test, tokens: tokens, seed: 7)
    let cuts: [[Int]] = [
      [300], Array(repeating: 1, count: 300), [64, 64, 64, 64, 44], [63, 1, 1, 63, 172], [1, 31, 32, 33, 200, 2, 1],
      [150, 150], Array(repeating: 20, count: 15),
    ]
    var first: [UInt32] = []
    for set in InstructionSet.available {
      for (index, cut) in cuts.enumerated() where set == .best || index < 3 {
        let cpu = CPU(threads: 1 + index % 3, instructionSet: set)
        let bits = input.run(on: cpu, pieces: cut).map(\.bitPattern)
        if first.isEmpty { first = bits }
        #expect(bits == first, "\(set), \(cpu.threads.threadCount) threads, pieces of \(cut.prefix(7))")
      }
    }
    #expect(first.count == tokens * test.heads * test.valueWidth)
  }

  @Test("positions far from the start agree with the definition too")
  func longSequence() {
    let input = AttentionInput(AttentionCase(heads: 2, keyHeads: 1, keyWidth: 20), tokens: 333, seed: 3)
    let expected = input.reference()
    let result = input.run(on: CPU(threads: 2), pieces: [100, 1, 132, 100])
    let worst = zip(result, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
    #expect(worst <= AttentionTests.tolerance, "off by \(worst)")
  }

  @Test("sequences of one step do not touch each other", arguments: AttentionCase.all)
  func segments(_ test: AttentionCase) {
    let lengths = [70, 130, 1, 64]
    let inputs = lengths.enumerated().map { AttentionInput(test, tokens: $1, seed: UInt64($0) + 20) }
    // What each sequence has in its cache before the step, and so what the step adds.
    let before = [69, 64, 0, 1]
    let layer = test.layout.layers[1]
    for set in InstructionSet.available {
      let cpu = CPU(threads: 3, instructionSet: set)
      let alone = zip(inputs, before).map { input, done in
        input.run(on: cpu, pieces: [done, input.tokens - done]).suffix(
          (input.tokens - done) * test.heads * test.valueWidth)
      }
      var segments: [AttentionSegment] = []
      var (query, keys, values) = ([Float](), [Float](), [Float]())
      var rows = 0
      for (input, done) in zip(inputs, before) {
        let pages = input.pages()
        _ = input.run(on: cpu, pieces: [done], pages: pages)
        let range = done..<input.tokens
        segments.append(AttentionSegment(rows: rows..<rows + range.count, firstPosition: done, pages: pages))
        query += input.query(range).toArray()
        keys += input.keys(range).toArray()
        values += input.values(range).toArray()
        rows += range.count
      }
      AttentionInput.append(
        test, keys: Tensor(keys, shape: [rows, test.keyHeads, test.keyWidth]),
        values: Tensor(values, shape: [rows, test.keyHeads, test.valueWidth]), to: segments, on: cpu)
      let together = cpu.attention(
        Tensor(query, shape: [rows, test.heads, test.keyWidth]), over: segments, layer: layer, settings: test.settings)
      #expect(together.shape == [rows, test.heads * test.valueWidth])
      #expect(together.toArray().map(\.bitPattern) == alone.flatMap { $0 }.map(\.bitPattern), "\(set)")
    }
  }

  @Test("a step without rows gives no rows")
  func noRows() {
    let test = AttentionCase()
    let layer = test.layout.layers[1]
    let cpu = CPU(threads: 2)
    let empty = AttentionSegment(rows: 0..<0, firstPosition: 0, pages: [])
    let query = Tensor([], shape: [0, test.heads, test.keyWidth])
    #expect(cpu.attention(query, over: [], layer: layer, settings: test.settings).shape == [0, 64])
    #expect(cpu.attention(query, over: [empty], layer: layer, settings: test.settings).toArray().isEmpty)
  }

  @Test("scores that overflow the exponential still give weights", arguments: InstructionSet.available)
  func largeScores(_ set: InstructionSet) {
    // Scores of ±30000: without the largest taken off, every exponential would be infinite or zero.
    let test = AttentionCase(heads: 1, keyHeads: 1, keyWidth: 1, valueWidth: 1)
    let cpu = CPU(threads: 1, instructionSet: set)
    let tokens = 130
    let keys = (0..<tokens).map { Float($0 % 2 == 0 ? -100 : 100) + Float($0) }
    let pages = AttentionInput(test, tokens: tokens, seed: 0).pages()
    let segment = AttentionSegment(rows: 0..<tokens, firstPosition: 0, pages: pages)
    let layer = test.layout.layers[1]
    cpu.append(
      keys: Tensor(keys, shape: [tokens, 1, 1]), values: Tensor((0..<tokens).map(Float.init), shape: [tokens, 1, 1]),
      to: [segment], layer: layer)
    let query = Tensor([Float](repeating: 130, count: tokens), shape: [tokens, 1, 1])
    let result = cpu.attention(query, over: [segment], layer: layer, settings: test.settings).toArray()
    for position in 0..<tokens {
      // The largest key so far is that of the last odd position, far above the others.
      #expect(result[position] == Float(position % 2 == 1 ? position : max(position - 1, 0)))
    }
  }

  @Test("a bad number in one sequence stays in it", arguments: InstructionSet.available)
  func notANumber(_ set: InstructionSet) {
    let test = AttentionCase(heads: 1, keyHeads: 1, keyWidth: 1, valueWidth: 1)
    let cpu = CPU(threads: 2, instructionSet: set)
    let layer = test.layout.layers[1]
    let segments = (0..<2).map {
      AttentionSegment(rows: $0..<$0 + 1, firstPosition: 0, pages: [KeyValuePage(layout: test.layout)])
    }
    let keys = Tensor([.nan, 1], shape: [2, 1, 1])
    cpu.append(keys: keys, values: Tensor([2, 3], shape: [2, 1, 1]), to: segments, layer: layer)
    let query = Tensor([1, 1], shape: [2, 1, 1])
    let result = cpu.attention(query, over: segments, layer: layer, settings: test.settings).toArray()
    #expect(result[0].isNaN)
    #expect(result[1] == 3)
  }
}
