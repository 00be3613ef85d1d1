import InkNN
import InkTensor
import Testing

/// Latent attention in the absorbed form against plain multi-head attention over keys and values that are made for every
/// head.
@Suite("Latent attention")
struct LatentAttentionTests {
  /// Sizes that are multiples of nothing.
  struct Case: Sendable, CustomTestStringConvertible {
    var width = 37
    var heads = 5
    var rank = 19
    var content = 13
    var rotary = 6
    var value = 11
    var queryRank: Int? = nil
    var tokens = 150

    var testDescription: String {
      "\(heads) heads of \(content) + \(rotary), \(value), rank \(rank), query rank \(queryRank ?? 0)"
    }
  }

  static let cases: [Case] = [
    .init(), .init(heads: 1, rank: 1, content: 1, rotary: 2, value: 1), .init(rank: 32, queryRank: 7, tokens: 70),
    .init(width: 64, heads: 20, rank: 64, content: 32, rotary: 16, value: 32, queryRank: 48, tokens: 200),
  ]

  @Test("the absorbed form is plain attention over expanded keys and values", arguments: cases)
  func expanded(test: Case) throws {
    let cpu = CPU(threads: 2)
    let weights = try Weights(test, cpu: cpu)
    let x = weights.input
    let found = try weights.run(on: cpu, pieces: [test.tokens])
    let expected = weights.expandedForm(x, on: cpu)
    let largest = expected.map { abs($0) }.max() ?? 1
    for (a, b) in zip(found, expected) { #expect(abs(a - b) <= 1e-5 * max(largest, 1)) }
    #expect(found.count == expected.count)
  }

  @Test("chunks, threads, the instruction set's rows and a cached prefix do not change a bit", arguments: cases)
  func sameBits(test: Case) throws {
    var first: [UInt32] = []
    let cuts = [
      [test.tokens], [Int](repeating: 1, count: test.tokens), [1, test.tokens - 2, 1], [64, test.tokens - 64],
    ]
    for threads in [1, 2, 4] {
      let cpu = CPU(threads: threads)
      let weights = try Weights(test, cpu: cpu)
      for pieces in cuts {
        let bits = try weights.run(on: cpu, pieces: pieces).map(\.bitPattern)
        if first.isEmpty { first = bits }
        #expect(bits == first, "\(threads) threads, pieces of \(pieces.prefix(4))")
      }
    }
  }

  @Test("sequences of a batch have the bits that they have alone", arguments: cases)
  func batch(test: Case) throws {
    let cpu = CPU(threads: 3)
    let weights = try Weights(test, cpu: cpu)
    let alone = try weights.run(on: cpu, pieces: [test.tokens])
    let lengths = [test.tokens, 1, 65]
    var segments: [AttentionSegment] = []
    var rows: [Float] = []
    for length in lengths {
      let start = rows.count / test.width
      segments.append(
        AttentionSegment(rows: start..<start + length, firstPosition: 0, pages: weights.pages(length)))
      rows += weights.input.slice(0..<length).toArray()
    }
    let step = DecoderStep(segments: segments, rotaries: [weights.rotary], cpu: cpu)
    let together = weights.attention(
      Tensor(rows, shape: [rows.count / test.width, test.width]), addingTo: nil, step: step)
    for (length, segment) in zip(lengths, segments) {
      let own = together.slice(segment.rows).toArray().map(\.bitPattern)
      #expect(own == alone.prefix(length * test.width).map(\.bitPattern))
    }
  }

  @Test("heads in one matrix give what heads of their own give, with a cache and without", arguments: cases)
  func together(test: Case) throws {
    let cpu = CPU(threads: 2)
    let weights = try Weights(test, cpu: cpu)
    let expected = try weights.run(on: cpu, pieces: [test.tokens])
    let together = weights.headsTogether
    #expect(try together.run(on: cpu, pieces: [test.tokens]).map(\.bitPattern) == expected.map(\.bitPattern))
    for other in [weights, together] {
      let segments = [AttentionSegment(wholeSequence: 0..<test.tokens)]
      let step = DecoderStep(segments: segments, rotaries: [weights.rotary], cpu: cpu)
      let found = other.attention(weights.input, addingTo: nil, step: step).toArray()
      let largest = max(expected.map { abs($0) }.max() ?? 1, 1)
      for (a, b) in zip(found, expected) { #expect(abs(a - b) <= 1e-5 * largest) }
    }
  }

  @Test("whole sequences that no cache keeps have the same bits", arguments: cases)
  func withoutCache(test: Case) throws {
    let cpu = CPU(threads: 2)
    let weights = try Weights(test, cpu: cpu)
    let segment = AttentionSegment(wholeSequence: 0..<test.tokens)
    let step = DecoderStep(segments: [segment], rotaries: [weights.rotary], cpu: cpu)
    let found = weights.attention(weights.input, addingTo: nil, step: step).toArray().map(\.bitPattern)
    #expect(found == (try weights.run(on: cpu, pieces: [test.tokens]).map(\.bitPattern)))
  }

  @Test("the cache keeps the compressed vector and the rotated key of a token, and nothing else")
  func cacheBytes() {
    // The sizes of DeepSeek V3: 61 layers of 512 + 64 numbers of two bytes.
    let shape = KeyValueLayout.LayerShape(heads: 1, keyWidth: 576, valueWidth: 512, values: .inKeys)
    let layout = KeyValueLayout(layers: Array(repeating: shape, count: 61), element: .f16)
    #expect(layout.bytesPerToken == 61 * 576 * 2)
  }

  /// Random weights of one layer, as matrices for the layer and as plain numbers for the reference.
  private struct Weights {
    let test: Case
    private(set) var attention: LatentAttention
    let layout: KeyValueLayout
    let rotary: RotaryEmbedding
    let scale: Float
    let input: Tensor  // [tokens, width]
    private let query: LatentAttention.Query
    private let queryDown: Linear?
    private let ones: Tensor
    private let queryContent: Linear
    private let queryRotary: Linear
    private let compression: Linear
    private let keyRotary: Linear
    private let keys: Tensor  // [heads * content, rank]
    private let values: Tensor  // [heads * value, rank]
    private let output: Linear

    init(_ test: Case, cpu: CPU) throws {
      var random = RandomStream(seed: 4, name: test.testDescription)
      func numbers(_ rows: Int, _ columns: Int, _ scale: Float) -> Tensor {
        Tensor(
          (0..<rows * columns).map { _ in Float.random(in: -scale...scale, using: &random) }, shape: [rows, columns])
      }
      func linear(_ outputs: Int, _ inputs: Int) throws -> Linear {
        let scale = 2 / Float(inputs).squareRoot()
        return Linear(weight: .packed(try PackedMatrix.pack(numbers(outputs, inputs, scale), cpu: cpu)), bias: nil)
      }
      self.test = test
      let shape = KeyValueLayout.LayerShape(
        heads: 1, keyWidth: test.rank + test.rotary, valueWidth: test.rank, values: .inKeys)
      layout = KeyValueLayout(layers: [shape])
      rotary = RotaryEmbedding(width: test.rotary, base: 100, pairing: .neighbours)
      scale = 1 / Float(test.content + test.rotary).squareRoot()
      input = numbers(test.tokens, test.width, 1)
      let queryInputs = test.queryRank ?? test.width
      queryDown = try test.queryRank.map { try linear($0, test.width) }
      queryContent = try linear(test.heads * test.content, queryInputs)
      queryRotary = try linear(test.heads * test.rotary, queryInputs)
      compression = try linear(test.rank, test.width)
      keyRotary = try linear(test.rotary, test.width)
      keys = numbers(test.heads * test.content, test.rank, 1)
      values = numbers(test.heads * test.value, test.rank, 1)
      output = try linear(test.width, test.heads * test.value)
      ones = Tensor([Float](repeating: 1, count: max(test.rank, queryInputs)), shape: [max(test.rank, queryInputs)])
      let (allKeys, allValues) = (keys, values)
      query =
        if let queryDown {
          .compressed(
            queryDown, norm: .rms(weight: ones.slice(0..<queryInputs), epsilon: 1e-6), content: queryContent,
            rotary: queryRotary)
        } else { .direct(content: queryContent, rotary: queryRotary) }
      attention = LatentAttention(
        query: query, compression: compression, norm: .rms(weight: ones.slice(0..<test.rank), epsilon: 1e-6),
        keyRotary: keyRotary,
        heads: .apart(
          absorption: try (0..<test.heads).map {
            let rows = allKeys.slice($0 * test.content..<($0 + 1) * test.content)
            return .packed(try PackedMatrix.pack(rows.transposed([1, 0]), cpu: cpu))
          },
          expansion: try (0..<test.heads).map {
            .packed(try PackedMatrix.pack(allValues.slice($0 * test.value..<($0 + 1) * test.value), cpu: cpu))
          }), output: output, scale: scale, rotary: rotary, cache: layout.layers[0])
    }

    /// The same with the matrices of all heads in one.
    var headsTogether: Weights {
      var other = self
      other.attention = LatentAttention(
        query: query, compression: compression, norm: .rms(weight: ones.slice(0..<test.rank), epsilon: 1e-6),
        keyRotary: keyRotary, heads: .together(key: .dense(keys), value: .dense(values), count: test.heads),
        output: output, scale: scale, rotary: rotary, cache: layout.layers[0])
      return other
    }

    func pages(_ tokens: Int) -> [KeyValuePage] {
      (0...tokens / KeyValueLayout.tokensPerPage).map { _ in KeyValuePage(layout: layout) }
    }

    func run(on cpu: CPU, pieces: [Int]) throws -> [Float] {
      let pages = pages(test.tokens)
      var result: [Float] = []
      var position = 0
      for piece in pieces {
        let segment = AttentionSegment(rows: 0..<piece, firstPosition: position, pages: pages)
        let step = DecoderStep(segments: [segment], rotaries: [rotary], cpu: cpu)
        result += attention(input.slice(position..<position + piece), addingTo: nil, step: step).toArray()
        position += piece
      }
      return result
    }

    /// Keys and values of every head, made and cached in full.
    func expandedForm(_ x: Tensor, on cpu: CPU) -> [Float] {
      let (tokens, heads) = (test.tokens, test.heads)
      var query = x
      if let queryDown {
        query = cpu.rmsNorm(queryDown(x, on: cpu), weight: ones.slice(0..<queryDown.weight.outputs), epsilon: 1e-6)
      }
      let table = RotaryTable(
        positions: Array(0..<tokens), frequencies: rotary.frequencies(), amplitude: 1, pairing: .neighbours, on: cpu)
      let compressed = cpu.rmsNorm(compression(x, on: cpu), weight: ones.slice(0..<test.rank), epsilon: 1e-6)
      let content = cpu.matmul(compressed, keys, order: .transposed).toArray()  // [tokens, heads * content]
      let turned = cpu.rotate(keyRotary(x, on: cpu).reshaped([tokens, 1, test.rotary]), by: table).toArray()
      let queries = joined(
        queryContent(query, on: cpu).toArray(),
        cpu.rotate(queryRotary(query, on: cpu).reshaped([tokens, heads, test.rotary]), by: table).toArray())
      let shared = (0..<tokens).flatMap { token in
        (0..<heads).flatMap { _ in turned[token * test.rotary..<(token + 1) * test.rotary] }
      }
      let full = KeyValueLayout(
        layers: [
          KeyValueLayout.LayerShape(heads: heads, keyWidth: test.content + test.rotary, valueWidth: test.value)
        ])
      let pages = (0...tokens / KeyValueLayout.tokensPerPage).map { _ in KeyValuePage(layout: full) }
      let segment = AttentionSegment(rows: 0..<tokens, firstPosition: 0, pages: pages)
      let expandedValues = cpu.matmul(compressed, values, order: .transposed)
      cpu.append(
        keys: joined(content, shared), values: expandedValues.reshaped([tokens, heads, test.value]), to: [segment],
        layer: full.layers[0])
      let mixed = cpu.attention(
        queries, over: [segment], layer: full.layers[0], settings: AttentionSettings(scale: scale))
      return output(mixed, on: cpu).toArray()
    }

    /// Content and rotated part of each head, [tokens, heads, content + rotary].
    private func joined(_ content: [Float], _ rotated: [Float]) -> Tensor {
      var all: [Float] = []
      for head in 0..<test.tokens * test.heads {
        all += content[head * test.content..<(head + 1) * test.content]
        all += rotated[head * test.rotary..<(head + 1) * test.rotary]
      }
      return Tensor(all, shape: [test.tokens, test.heads, test.content + test.rotary])
    }
  }
}
