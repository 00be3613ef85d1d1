import InkFormats
import InkModels
import InkTensor

extension DecoderLM {
  /// Pages enough for a number of tokens.
  func pages(count: Int) -> [KeyValuePage] {
    (0...count / KeyValueLayout.tokensPerPage).map { _ in KeyValuePage(layout: cacheLayout) }
  }

  /// Logits of all positions of one sequence, [tokens, vocabulary].
  ///
  /// - Parameter extent: the length that rotations are computed for, where it is not that of the sequence.
  func logits(
    ofSequence ids: [Int32], extent: Int? = nil, observer: DecoderLM.Observer? = nil, cpu: CPU
  ) -> Tensor {
    let segment = AttentionSegment(
      rows: 0..<ids.count, firstPosition: 0, pages: pages(count: ids.count),
      arrangement: spec.arrangement.arrangement(ofPrompt: ids) ?? .causal, extent: extent)
    let hidden = hiddenStates(tokens: ids, segments: [segment], observer: observer, on: cpu)
    return logits(of: hidden, on: cpu)
  }

  /// A continuation, token by token with a cache.
  ///
  /// - Parameter choose: the next token for the logits of the last one and the number of tokens chosen before.
  func continuation(
    of prompt: [Int32], count: Int, cpu: CPU, choose: (_ logits: [Float], _ step: Int) throws -> Int32
  ) rethrows -> [Int32] {
    let pages = pages(count: prompt.count + count)
    let arrangement = spec.arrangement.arrangement(ofPrompt: prompt) ?? .causal
    var result: [Int32] = []
    var fed = prompt
    var position = 0
    while result.count < count {
      let segment = AttentionSegment(
        rows: 0..<fed.count, firstPosition: position, pages: pages, arrangement: arrangement)
      let hidden = hiddenStates(tokens: fed, segments: [segment], on: cpu)
      let row = logits(of: hidden.slice(fed.count - 1..<fed.count), on: cpu).toArray()
      position += fed.count
      fed = [try choose(row, result.count)]
      result += fed
    }
    return result
  }

  /// The most probable continuation, token by token with a cache.
  func greedy(_ prompt: [Int32], count: Int, cpu: CPU) -> [Int32] {
    continuation(of: prompt, count: count, cpu: cpu) { row, _ in
      Int32(row.indices.max { row[$0] < row[$1] } ?? 0)
    }
  }
}
