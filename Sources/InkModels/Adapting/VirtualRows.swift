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
    guard let shape = prefixShape, rows.shape[1] == blocks.count * 2 * shape.heads * shape.width else {
      trap("DecoderLM", "a prefix of \(rows.shape) for \(blocks.count) layers")
    }
    let (count, width) = (rows.shape[0], shape.heads * shape.width)
    // One row for each token, layer and kind; the rows of one layer and kind are picked out of them.
    let apart = rows.reshaped([count * 2 * blocks.count, width])
    for layer in blocks.indices {
      let parts = (0..<2).map { kind in
        cpu.pickRows((0..<count).map { ($0 * blocks.count + layer) * 2 + kind }, of: apart)
          .reshaped([count, shape.heads, shape.width])
      }
      prompts.prefixes[layer].append(PrefixRows(start: start, keys: parts[0], values: parts[1]))
    }
  }

  /// Heads of keys and their width where all layers have the same: what a prefix is made for.
  package var prefixShape: (heads: Int, width: Int)? {
    var found: (heads: Int, width: Int)?
    for layer in spec.layers {
      guard case .grouped(let attention) = layer.mixer else { return nil }
      let own = (heads: attention.keyValueHeads, width: attention.headWidth)
      guard found == nil || found ?? own == own else { return nil }
      found = own
    }
    return found
  }
}
