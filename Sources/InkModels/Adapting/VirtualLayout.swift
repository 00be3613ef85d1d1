package import InkNN
package import InkTensor

/// Whole sequences with the virtual tokens of an adapter in front of each.
package struct VirtualLayout: Sendable {
  /// The rows of each sequence, its virtual tokens among them.
  package let sequences: [Range<Int>]
  /// The rows that are virtual tokens.
  package let virtual: [VirtualRows]
  /// Virtual tokens of a sequence.
  package let count: Int

  /// - Parameter lengths: the tokens of each sequence.
  package init(lengths: [Int], virtualTokens count: Int, of adapter: AdapterName? = nil) {
    var sequences: [Range<Int>] = []
    var virtual: [VirtualRows] = []
    for length in lengths {
      let start = sequences.last?.upperBound ?? 0
      sequences.append(start..<start + count + length)
      if let adapter, count > 0 { virtual.append(VirtualRows(start: start, tokens: 0..<count, adapter: adapter)) }
    }
    self.sequences = sequences
    self.virtual = virtual
    self.count = count
  }

  /// What belongs to the tokens, one behind the other, with a filler for each virtual token.
  package func spread<Element>(_ elements: [Element], filler: Element) -> [Element] {
    guard count > 0 else { return elements }
    var result: [Element] = []
    result.reserveCapacity(sequences.last?.upperBound ?? 0)
    var next = 0
    for rows in sequences {
      result.append(contentsOf: repeatElement(filler, count: count))
      result.append(contentsOf: elements[next..<next + rows.count - count])
      next += rows.count - count
    }
    return result
  }

  /// Rows [tokens, width] with a row of zeros for each virtual token.
  package func spread(_ rows: Tensor, on cpu: CPU) -> Tensor {
    guard count > 0 else { return rows }
    let zeros = cpu.zeros([count, rows.shape[1]])
    var parts: [Tensor] = []
    var next = 0
    for sequence in sequences {
      let own = next..<next + sequence.count - count
      parts += [zeros, cpu.rows(own, of: rows)]
      next = own.upperBound
    }
    return cpu.joinRows(parts)
  }
}
