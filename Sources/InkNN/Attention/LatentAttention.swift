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

  let query: Query
  /// To the short vector, [width] to [keyValueRank].
  let compression: Linear
  /// The norm of the short vector.
  let norm: Norm
  /// To the part of the key that carries the position, before its rotation.
  let keyRotary: Linear
  /// For each head, from the part of its query that carries no position to [keyValueRank].
  let absorption: [Weight]
  /// For each head, from [keyValueRank] to its values.
  let expansion: [Weight]
  let output: Linear
  let settings: AttentionSettings
  /// The rotation of the elements that carry positions.
  package let rotary: RotaryEmbedding
  let cache: KeyValueLayout.Layer

  package init(
    query: Query, compression: Linear, norm: Norm, keyRotary: Linear, absorption: [Weight],
    expansion: [Weight], output: Linear, scale: Float, rotary: RotaryEmbedding, cache: KeyValueLayout.Layer
  ) {
    self.query = query
    self.compression = compression
    self.norm = norm
    self.keyRotary = keyRotary
    self.absorption = absorption
    self.expansion = expansion
    self.output = output
    self.settings = AttentionSettings(scale: scale)
    self.rotary = rotary
    self.cache = cache
  }

  /// The result for `x` [rows, width], whose compressed vectors join the cache; with a residual its sum with that.
  package func callAsFunction(_ x: Tensor, addingTo residual: Tensor?, step: DecoderStep) -> Tensor {
    let cpu = step.cpu
    let (rows, heads) = (x.shape[0], absorption.count)
    let made = projected(x, in: step.linears)
    let table = step.rotaryTable(of: rotary)
    let content = norm(made.compressed, on: cpu).reshaped([rows, 1, cache.valueWidth])
    let position = cpu.rotate(made.keyRotary.reshaped([rows, 1, rotary.width]), by: table)
    let absorbed = perHead(made.content, by: absorption, rows: rows, on: cpu)  // [rows, heads, keyValueRank]
    let turned = cpu.rotate(made.queryRotary.reshaped([rows, heads, rotary.width]), by: table)
    let queries = cpu.joinColumns(absorbed, turned)  // [rows, heads, keyWidth]
    let mixed: Tensor
    if step.isWithoutCache {
      mixed = cpu.attention(
        queries, keysWithValues: cpu.joinColumns(content, position), valueWidth: cache.valueWidth,
        segments: step.segments, settings: settings)
    } else {
      cpu.append(content: content, rest: position, to: step.segments, layer: cache)
      mixed = cpu.attention(queries, over: step.segments, layer: cache, settings: settings)
    }
    let values = perHead(mixed, by: expansion, rows: rows, on: cpu)  // [rows, heads, valueWidth]
    let width = values.shape[1] * values.shape[2]
    return output(values.reshaped([rows, width]), addingTo: residual, in: step.linears)  // [rows, width]
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
      let parts = Linear.apply([content, rotary], to: queryNorm(all[0], on: context.cpu), in: context)
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
