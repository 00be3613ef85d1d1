package import InkNN
import InkTensor

/// Rows of a step that are virtual tokens of an adapter.
package struct VirtualRows: Sendable {
  /// The first of them in the step.
  package let start: Int
  /// Which of the adapter's virtual tokens they are.
  package let tokens: Range<Int>
  package let adapter: AdapterName

  package init(start: Int, tokens: Range<Int>, adapter: AdapterName) {
    self.start = start
    self.tokens = tokens
    self.adapter = adapter
  }
}

extension DecoderLM {
  /// What virtual tokens put in place of embeddings, and of keys and values for each layer.
  struct Prompts {
    var embedded: [(start: Int, rows: Tensor)] = []
    var prefixes: [[PrefixRows]]
  }

  /// The virtual tokens of a step; rows of an adapter that is not attached, or has none, are a programmer's error.
  func prompts(_ virtual: [VirtualRows], on cpu: CPU) -> Prompts {
    var prompts = Prompts(prefixes: blocks.map { _ in [] })
    var made: [AdapterName: Tensor] = [:]
    for part in virtual where !part.tokens.isEmpty {
      guard let tokens = adapters[part.adapter]?.virtualTokens, part.tokens.upperBound <= tokens.count else {
        trap("DecoderLM", "virtual tokens \(part.tokens) of the adapter \(part.adapter)")
      }
      let all = made[part.adapter] ?? tokens.source(on: cpu)
      made[part.adapter] = all
      let rows = cpu.rows(part.tokens, of: all)
      switch tokens {
      case .embedded: prompts.embedded.append((part.start, rows))
      case .keysAndValues: addPrefixes(rows, start: part.start, to: &prompts, on: cpu)
      }
    }
    return prompts
  }

  private func addPrefixes(_ rows: Tensor, start: Int, to prompts: inout Prompts, on cpu: CPU) {
    guard let shape = prefixShape else { trap("DecoderLM", "a prefix of \(rows.shape) for layers that differ") }
    for (layer, prefixes) in shape.prefixes(rows, at: [start], on: cpu).enumerated() {
      prompts.prefixes[layer] += prefixes
    }
  }

  /// What a prefix is made for; nil where layers have other heads of keys than others.
  package var prefixShape: PrefixShape? {
    var found: PrefixShape?
    for layer in spec.layers {
      guard case .grouped(let attention) = layer.mixer else { return nil }
      let own = PrefixShape(
        layers: spec.layers.count, heads: attention.keyValueHeads, headWidth: attention.headWidth)
      guard found == nil || found == own else { return nil }
      found = own
    }
    return found
  }
}
