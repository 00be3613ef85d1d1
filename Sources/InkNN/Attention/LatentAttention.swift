package import InkTensor

/// Multi-head latent attention with its weights (DeepSeek-AI, 2024, "DeepSeek-V2").
///
/// Keys and values of all heads are linear in one short vector a token, so what makes keys of it is applied to the
/// queries instead, and what makes values of it to the mixture (the absorbed form). Then all heads share one key, the
/// vector with the rotated part behind it, whose first elements are the value too. The cache keeps nothing else.
package struct LatentAttention: Sendable {
  /// How queries are made.
  package enum Query: Sendable {
    /// By one matrix for each part.
    case direct(content: Linear, rotary: Linear)
    /// Through a normalized shorter vector.
    case compressed(Linear, norm: Norm, content: Linear, rotary: Linear)
  }

  /// How keys and values of the heads come from the short vector.
  package enum Heads: Sendable {
    /// By matrices of each head: `absorption` from the part of its query that carries no position to [keyValueRank],
    /// `expansion` from there to its values.
    case apart(absorption: [Weight], expansion: [Weight])
    /// By the matrices of all heads as checkpoints store them, `key` [heads * contentWidth, keyValueRank] and `value`
    /// [heads * valueWidth, keyValueRank]: what can be trained.
    case together(key: Weight, value: Weight, count: Int)
  }

  let query: Query
  /// To the short vector, [width] to [keyValueRank].
  let compression: Linear
  /// The norm of the short vector.
  let norm: Norm
  /// To the part of the key that carries the position, before its rotation.
  let keyRotary: Linear
  let heads: Heads
  let output: Linear
  let settings: AttentionSettings
  /// The rotation of the elements that carry positions.
  package let rotary: RotaryEmbedding
  let cache: KeyValueLayout.Layer

  package init(
    query: Query, compression: Linear, norm: Norm, keyRotary: Linear, heads: Heads, output: Linear,
    scale: Float, rotary: RotaryEmbedding, cache: KeyValueLayout.Layer
  ) {
    self.query = query
    self.compression = compression
    self.norm = norm
    self.keyRotary = keyRotary
    self.heads = heads
    self.output = output
    self.settings = AttentionSettings(scale: scale)
    self.rotary = rotary
    self.cache = cache
  }

  /// The result for `x` [rows, width], whose compressed vectors join the cache; with a residual its sum with that.
  package func callAsFunction(_ x: Tensor, addingTo residual: Tensor?, step: DecoderStep) -> Tensor {
    let cpu = step.cpu
    let rows = x.shape[0]
    let made = projected(x, in: step.linears)
    let table = step.rotaryTable(of: rotary)
    let position = cpu.rotate(made.keyRotary.reshaped([rows, 1, rotary.width]), by: table)
    let turned = cpu.rotate(made.queryRotary.reshaped([rows, headCount, rotary.width]), by: table)
    let parts = Parts(
      queryContent: made.content, queryPosition: turned, content: norm(made.compressed, in: step.linears),
      position: position)
    let values: Tensor
    switch heads {
    case .apart(let absorption, let expansion):
      values = absorbed(parts, absorption: absorption, expansion: expansion, step: step)
    case .together(let key, let value, _):
      values =
        step.isWithoutCache
        ? expanded(parts, key: key, value: value, step: step)
        : absorbed(
          parts, absorption: matrices(of: key, on: cpu).map { turnedAround($0, on: cpu) },
          expansion: matrices(of: value, on: cpu), step: step)
    }
    return output(values, addingTo: residual, in: step.linears)  // [rows, width]
  }

  private var headCount: Int {
    switch heads {
    case .apart(let absorption, _): absorption.count
    case .together(_, _, let count): count
    }
  }

  /// What queries and keys are made of.
  private struct Parts {
    let queryContent: Tensor  // [rows, heads * contentWidth]
    let queryPosition: Tensor  // [rows, heads, rotaryWidth]
    let content: Tensor  // [rows, keyValueRank]
    let position: Tensor  // [rows, 1, rotaryWidth]
  }

  /// The values of all heads side by side, with one key for all of them.
  private func absorbed(
    _ parts: Parts, absorption: [Weight], expansion: [Weight], step: DecoderStep
  ) -> Tensor {
    let cpu = step.cpu
    let rows = parts.content.shape[0]
    let content = parts.content.reshaped([rows, 1, cache.valueWidth])
    let absorbed = perHead(parts.queryContent, by: absorption, rows: rows, on: cpu)  // [rows, heads, keyValueRank]
    let queries = cpu.joinColumns(absorbed, parts.queryPosition)  // [rows, heads, keyWidth]
    let mixed: Tensor
    if step.isWithoutCache {
      mixed = cpu.attention(
        queries, keysWithValues: cpu.joinColumns(content, parts.position), valueWidth: cache.valueWidth,
        segments: step.segments, settings: settings)
    } else {
      cpu.append(content: content, rest: parts.position, to: step.segments, layer: cache)
      mixed = cpu.attention(queries, over: step.segments, layer: cache, settings: settings)
    }
    let values = perHead(mixed, by: expansion, rows: rows, on: cpu)  // [rows, heads, valueWidth]
    return values.reshaped([rows, values.shape[1] * values.shape[2]])
  }

  /// The values of all heads side by side, with keys of their own: less work where no cache is to be short.
  private func expanded(_ parts: Parts, key: Weight, value: Weight, step: DecoderStep) -> Tensor {
    let cpu = step.cpu
    let (rows, count) = (parts.content.shape[0], headCount)
    let (contentWidth, valueWidth) = (key.outputs / count, value.outputs / count)
    let made = cpu.linear(parts.content, by: [key, value], epilogues: [.none, .none])
    // All heads share the part that carries the position.
    let repeated = (0..<rows).flatMap { Array(repeating: $0, count: count) }
    let positions = cpu.pickRows(repeated, of: parts.position.reshaped([rows, rotary.width]))
    let keys = cpu.joinColumns(
      made[0].reshaped([rows, count, contentWidth]), positions.reshaped([rows, count, rotary.width]))
    let queries = cpu.joinColumns(parts.queryContent.reshaped([rows, count, contentWidth]), parts.queryPosition)
    return cpu.attention(
      queries, key: keys, value: made[1].reshaped([rows, count, valueWidth]), segments: step.segments,
      settings: settings)  // [rows, heads * valueWidth]
  }

  /// The matrices of the heads, which lie one below the other; they are constants.
  private func matrices(of all: Weight, on cpu: CPU) -> [Weight] {
    let height = all.outputs / headCount
    return (0..<headCount).map { head in
      .dense(cpu.withoutTape.gatherRows(Array(head * height..<(head + 1) * height), of: all))
    }
  }

  private func turnedAround(_ matrix: Weight, on cpu: CPU) -> Weight {
    guard let tensor = matrix.tensor else { return matrix }
    let turned = cpu.withoutTape.transposeSlices(tensor.reshaped([1, matrix.outputs, matrix.inputs]))
    return .dense(turned.reshaped([matrix.inputs, matrix.outputs]))
  }

  /// What is made of x by matrices of all heads together.
  private struct Projected {
    let content: Tensor  // [rows, heads * contentWidth]
    let queryRotary: Tensor  // [rows, heads * rotaryWidth]
    let compressed: Tensor  // [rows, keyValueRank]
    let keyRotary: Tensor  // [rows, rotaryWidth]
  }

  private func projected(_ x: Tensor, in context: LinearContext) -> Projected {
    switch query {
    case .direct(let content, let rotary):
      let all = Linear.apply([content, rotary, compression, keyRotary], to: x, in: context)
      return Projected(content: all[0], queryRotary: all[1], compressed: all[2], keyRotary: all[3])
    case .compressed(let down, let queryNorm, let content, let rotary):
      let all = Linear.apply([down, compression, keyRotary], to: x, in: context)
      let parts = Linear.apply([content, rotary], to: queryNorm(all[0], in: context), in: context)
      return Projected(content: parts[0], queryRotary: parts[1], compressed: all[1], keyRotary: all[2])
    }
  }

  /// Each head's part of `x` [rows, heads * inputs] by its own matrix, [rows, heads, outputs].
  private func perHead(_ x: Tensor, by matrices: [Weight], rows: Int, on cpu: CPU) -> Tensor {
    let (heads, inputs) = (matrices.count, matrices[0].inputs)
    let apart = cpu.swapAxes(x.reshaped([rows, heads, inputs])).reshaped([heads * rows, inputs])
    let groups = (0..<heads).map { $0 * rows..<($0 + 1) * rows }
    let products = cpu.multiply(apart, groups: groups, by: [matrices])[0]  // [heads * rows, outputs]
    return cpu.swapAxes(products.reshaped([heads, rows, matrices[0].outputs]))
  }
}
