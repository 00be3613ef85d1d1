import InkAdapters
import InkModels
import InkNN
import InkTensor
import Testing

/// Law 2 where rows of several adapters meet in one step.
@Suite("Rows of several adapters")
struct AdapterRowsTests {
  @Test("a sequence has the same bits alone and beside others with other adapters", arguments: [1, 3])
  func sameBits(threads: Int) throws {
    let base = try GoldenBase(threads: threads)
    let names = ["lora_qv", "dora", "ia3", "lora_all_linear_bias_embed", "vera", "llama_adapter"]
    let adapters = try names.map {
      try GoldenAdapter(name: $0).stored().modelAdapter(
        named: AdapterName($0), for: base.base, use: .inference, on: base.cpu)
    }
    let model = try base.model.attaching(adapters)
    let order: [AdapterName?] = [nil] + adapters.map(\.name) + [nil, adapters[1].name, adapters[0].name]
    let sequences = order.indices.map { index in
      (0..<5 + index).map { Int32(($0 * 13 + 7 * index + 5) % model.spec.vocabulary) }
    }
    let alone = zip(order, sequences).map { adapter, sequence in
      logits(model, [sequence], [adapter], base.cpu)[0]
    }
    let together = logits(model, sequences, order, base.cpu)
    #expect(together == alone)
    #expect(logits(base.model, [sequences[0]], [nil], base.cpu)[0] == alone[0])
    for (index, adapter) in order.enumerated() where adapter != nil {
      #expect(logits(base.model, [sequences[index]], [nil], base.cpu)[0] != alone[index])
    }
  }

  @Test("an adapter alone gives the bits of all rows choosing it")
  func chosenOrAlone() throws {
    let base = try GoldenBase()
    for name in ["lora_qv", "dora", "ia3", "lora_all_linear_bias_embed", "llama_adapter"] {
      let adapter = try GoldenAdapter(name: name).stored().modelAdapter(
        named: "one", for: base.base, use: .inference, on: base.cpu)
      let model = try base.model.attaching([adapter])
      let count = base.tokens.reduce(0) { $0 + $1.count }
      let chosen = base.logits(model, adapter: "one", rows: AdapterRows(parts: [(count, "one")]))
      #expect(chosen == base.logits(model, adapter: "one"))
      #expect(base.logits(model, adapter: "one", rows: .none) == base.logits(base.model, adapter: "one"))
    }
  }

  @Test("neighbours with one adapter are one run, and picked rows keep theirs")
  func runs() {
    let rows = AdapterRows(parts: [(2, "a"), (0, "b"), (1, "a"), (2, nil), (1, "b")])
    #expect(rows == .chosen([.init(rows: 0..<3, adapter: "a"), .init(rows: 5..<6, adapter: "b")]))
    #expect(rows.picking([2, 4, 5]) == .chosen([.init(rows: 0..<1, adapter: "a"), .init(rows: 2..<3, adapter: "b")]))
    #expect(AdapterRows.all.picking([1]) == .all)
  }

  private func logits(
    _ model: DecoderLM, _ sequences: [[Int32]], _ adapters: [AdapterName?], _ cpu: CPU
  ) -> [[UInt32]] {
    var segments: [AttentionSegment] = []
    for sequence in sequences {
      let start = segments.last?.rows.upperBound ?? 0
      segments.append(AttentionSegment(wholeSequence: start..<start + sequence.count))
    }
    let rows = AdapterRows(parts: zip(sequences, adapters).map { ($0.count, $1) })
    let hidden = model.hiddenStates(
      tokens: sequences.flatMap { $0 }, segments: segments, adapters: rows, on: cpu)
    let logits = model.logits(of: hidden, adapters: rows, on: cpu)
    return segments.map { logits.slice($0.rows).toArray().map(\.bitPattern) }
  }
}
