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

  /// A continuation, token by token with a cache, which begins anew where rotations follow the length of the text.
  ///
  /// - Parameter choose: the next token for the logits of the last one and the number of tokens chosen before.
  func continuation(
    of prompt: [Int32], count: Int, cpu: CPU, choose: (_ logits: [Float], _ step: Int) throws -> Int32
  ) rethrows -> [Int32] {
    let pages = pages(count: prompt.count + count)
    let arrangement = spec.arrangement.arrangement(ofPrompt: prompt) ?? .causal
    var text = prompt
    var position = 0
    var extent = shortestExtent(computedLike: text.count)
    while text.count < prompt.count + count {
      let extentNow = shortestExtent(computedLike: text.count)
      if extentNow != extent { (position, extent) = (0, extentNow) }
      let fed = Array(text[position...])
      let segment = AttentionSegment(
        rows: 0..<fed.count, firstPosition: position, pages: pages, arrangement: arrangement, extent: extent)
      let hidden = hiddenStates(tokens: fed, segments: [segment], on: cpu)
      let row = logits(of: hidden.slice(fed.count - 1..<fed.count), on: cpu).toArray()
      position = text.count
      text.append(try choose(row, text.count - prompt.count))
    }
    return Array(text[prompt.count...])
  }

  /// The most probable continuation, token by token with a cache.
  func greedy(_ prompt: [Int32], count: Int, cpu: CPU) -> [Int32] {
    continuation(of: prompt, count: count, cpu: cpu) { row, _ in
      Int32(row.indices.max { row[$0] < row[$1] } ?? 0)
    }
  }
}
