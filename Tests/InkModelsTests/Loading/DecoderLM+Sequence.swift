import InkModels
import InkTensor

extension DecoderLM {
  /// Pages enough for a number of tokens.
  func pages(count: Int) -> [KeyValuePage] {
    (0...count / KeyValueLayout.tokensPerPage).map { _ in KeyValuePage(layout: cacheLayout) }
  }

  /// Logits of all positions of one sequence, [tokens, vocabulary].
  func logits(ofSequence ids: [Int32], cpu: CPU) -> Tensor {
    let segment = AttentionSegment(rows: 0..<ids.count, firstPosition: 0, pages: pages(count: ids.count))
    return logits(of: hiddenStates(tokens: ids, segments: [segment], on: cpu), on: cpu)
  }

  /// The most probable continuation, token by token with a cache.
  func greedy(_ prompt: [Int32], count: Int, cpu: CPU) -> [Int32] {
    let pages = pages(count: prompt.count + count)
    var result: [Int32] = []
    var fed = prompt
    var position = 0
    while result.count < count {
      let segment = AttentionSegment(rows: 0..<fed.count, firstPosition: position, pages: pages)
      let hidden = hiddenStates(tokens: fed, segments: [segment], on: cpu)
      let row = logits(of: hidden.slice(fed.count - 1..<fed.count), on: cpu).toArray()
      position += fed.count
      fed = [Int32(row.indices.max { row[$0] < row[$1] } ?? 0)]
      result += fed
    }
    return result
  }
}
