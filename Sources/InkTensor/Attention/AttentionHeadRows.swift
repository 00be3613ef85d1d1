import CInkKernels

/// What the way back reads of the query rows of a sequence, for the heads that share a key head, each head's rows side by
/// side.
struct AttentionHeadRows {
  let pair: AttentionPair
  /// The place of the sequence among all.
  private let index: Int
  let keyHead: Int
  /// The query heads that share the key head.
  let group: Int
  /// Floats between one row and the next: widths rounded up to whole panels.
  let keyStride: Int
  let valueStride: Int
  private let job: AttentionGradient
  private let storage: Storage

  /// Numbers of a row: those of the forward, and its gradient's product with its result.
  private static let numberCount = 3

  init(_ index: Int, keyHead: Int, of job: AttentionGradient) {
    self.index = index
    pair = job.attention.pairs[index]
    self.keyHead = keyHead
    self.job = job
    group = job.attention.heads / job.attention.keyHeads
    keyStride = (job.attention.keyWidth + 15) / 16 * 16
    valueStride = (job.attention.valueWidth + 15) / 16 * 16
    let width = keyStride + valueStride + AttentionHeadRows.numberCount
    storage = job.cpu.memory.allocate(byteCount: group * pair.queries.count * width * 4)
  }

  private var start: UnsafeMutablePointer<Float> { storage.base.assumingMemoryBound(to: Float.self) }
  private var count: Int { pair.queries.count }

  /// The queries of a head, [rows][keyStride].
  func queries(of member: Int) -> UnsafeMutablePointer<Float> { start + member * count * keyStride }

  /// The gradients of a head's result, [rows][valueStride].
  func gradients(of member: Int) -> UnsafeMutablePointer<Float> {
    start + group * count * keyStride + member * count * valueStride
  }

  /// [rows][3]: the largest score, 1 / the sum of exp(score - largest), the gradient's product with the result.
  func numbers(of member: Int) -> UnsafeMutablePointer<Float> {
    start + group * count * (keyStride + valueStride) + member * count * AttentionHeadRows.numberCount
  }

  /// Where the gradients of the distance bias are added, those of the first head first, if they are wanted.
  var biasSums: UnsafeMutablePointer<Float>? {
    job.biasSums.map { $0.floats + index * $0.shape[1] * $0.shape[2] }
  }

  /// Sets those of the group to zero.
  func clearBiasSums() {
    guard let biasSums, let width = job.biasSums?.shape[2] else { return }
    (biasSums + keyHead * group * width).update(repeating: 0, count: group * width)
  }

  /// Reads the rows of a head.
  func fill(_ member: Int) {
    let attention = job.attention
    let (heads, keyWidth, valueWidth) = (attention.heads, attention.keyWidth, attention.valueWidth)
    let first = pair.queries.lowerBound * heads + keyHead * group + member
    let query = attention.query.floats + first * keyWidth
    let gradient = job.gradient.floats + first * valueWidth
    let result = job.result.floats + first * valueWidth
    let known = job.numbers.floats + first * 2
    let (queries, gradients, numbers) = (queries(of: member), gradients(of: member), numbers(of: member))
    for row in 0..<count {
      (queries + row * keyStride).update(from: query + row * heads * keyWidth, count: keyWidth)
      let above = gradient + row * heads * valueWidth
      (gradients + row * valueStride).update(from: above, count: valueWidth)
      let target = numbers + row * AttentionHeadRows.numberCount
      target[0] = known[row * heads * 2]
      target[1] = known[row * heads * 2 + 1]
      target[2] = job.cpu.rows.call.dot(above, result + row * heads * valueWidth, valueWidth)
    }
    withExtendedLifetime(storage) {}
  }
}
