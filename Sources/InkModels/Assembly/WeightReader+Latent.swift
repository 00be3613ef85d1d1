import InkFormats
import InkNN
import InkTensor

extension WeightReader {
  /// Multi-head latent attention.
  mutating func latent(
    _ spec: LatentAttentionSpec, name: String, width: Int, cache: KeyValueLayout.Layer
  ) throws(ModelLoadError) -> LatentAttention {
    let contents = spec.heads * spec.contentWidth
    let rotaries = spec.heads * spec.rotary.width
    let query: LatentAttention.Query
    switch spec.query {
    case .direct:
      query = .direct(
        content: try linear("\(name).queryContent", outputs: contents, inputs: width, bias: .none),
        rotary: try linear("\(name).queryRotary", outputs: rotaries, inputs: width, bias: .none))
    case .compressed(let rank):
      query = .compressed(
        try linear("\(name).queryCompression", outputs: rank, inputs: width, bias: spec.bias),
        norm: try norm("\(name).queryNorm", spec.norm, width: rank),
        content: try linear("\(name).queryContent", outputs: contents, inputs: rank, bias: .none),
        rotary: try linear("\(name).queryRotary", outputs: rotaries, inputs: rank, bias: .none))
    }
    return LatentAttention(
      query: query,
      compression: try linear(
        "\(name).keyValueCompression", outputs: spec.keyValueRank, inputs: width, bias: spec.bias),
      norm: try norm("\(name).keyValueNorm", spec.norm, width: spec.keyValueRank),
      keyRotary: try linear("\(name).keyRotary", outputs: spec.rotary.width, inputs: width, bias: spec.bias),
      heads: try latentHeads(spec, name: name),
      output: try linear("\(name).output", outputs: width, inputs: spec.heads * spec.valueWidth, bias: spec.bias),
      scale: spec.scale, rotary: spec.rotary, cache: cache)
  }

  private mutating func latentHeads(
    _ spec: LatentAttentionSpec, name: String
  ) throws(ModelLoadError) -> LatentAttention.Heads {
    switch use {
    case .inference:
      return .apart(
        absorption: try absorption(spec, name: name), expansion: try expansion(spec, name: name))
    case .training:
      guard !source.contains("\(name).absorption.weight") else {
        throw ModelLoadError(
          .unsupported, context: "\(source.path): \(name).absorption.weight",
          expected: "the matrices of all heads as checkpoints store them, for training",
          found: "those of the absorbed form",
          hint: "Open the GGUF file as a checkpoint (DecoderCheckpoint), or convert it to one.")
      }
      let rank = spec.keyValueRank
      return .together(
        key: try matrix("\(name).keyExpansion.weight", outputs: spec.heads * spec.contentWidth, inputs: rank),
        value: try matrix("\(name).valueExpansion.weight", outputs: spec.heads * spec.valueWidth, inputs: rank),
        count: spec.heads)
    }
  }

  /// For each head the matrix from its query to the compressed vector, [keyValueRank, contentWidth].
  private mutating func absorption(_ spec: LatentAttentionSpec, name: String) throws(ModelLoadError) -> [Weight] {
    let (rank, content) = (spec.keyValueRank, spec.contentWidth)
    if source.contains("\(name).absorption.weight") {
      let stored = try find("\(name).absorption.weight", shape: [spec.heads, rank, content])
      return try slices(of: stored, heads: spec.heads, outputs: rank, inputs: content)
    }
    // Stored the other way round. The rows of packed blocks are no columns of packed blocks, so these become f32,
    // which keeps their values.
    let stored = try find("\(name).keyExpansion.weight", shape: [spec.heads * content, rank])
    var matrices: [Weight] = []
    for head in 0..<spec.heads {
      do {
        let rows = try stored.rows(head * content..<(head + 1) * content)
        let tensor: Tensor =
          switch rows.type {
          case .dense: try rows.tensor()
          case .packed: try rows.float32()
          }
        let turned = tensor.transposed([1, 0])  // [rank, content]
        matrices.append(.packed(try PackedMatrix.pack(turned, cpu: cpu, arena: arena)))
      } catch let error as FormatError {
        throw ModelLoadError(error)
      } catch {
        throw ModelLoadError(
          .unsupported, context: "\(source.path): \(stored.name)", expected: "a matrix of numbers", found: "\(error)")
      }
    }
    stored.storage.discardResidentRuns(around: stored.byteRange)
    return matrices
  }

  /// For each head the matrix from the compressed vector to its values, [valueWidth, keyValueRank].
  private mutating func expansion(_ spec: LatentAttentionSpec, name: String) throws(ModelLoadError) -> [Weight] {
    let full = "\(name).valueExpansion.weight"
    let (outputs, inputs) = (spec.valueWidth, spec.keyValueRank)
    // Newer GGUF files give the heads an axis of their own.
    let shape: Shape =
      source.origin(of: full)?.shape.rank == 3
      ? [spec.heads, outputs, inputs] : [spec.heads * outputs, inputs]
    let stored = try find(full, shape: shape)
    return try slices(of: stored, heads: spec.heads, outputs: outputs, inputs: inputs)
  }

  /// The matrices of the heads, which lie one below the other.
  private func slices(
    of stored: StoredTensor, heads: Int, outputs: Int, inputs: Int
  ) throws(ModelLoadError) -> [Weight] {
    let rowsPerHead = stored.shape[0] / heads
    var matrices: [Weight] = []
    for head in 0..<heads {
      let rows: StoredTensor
      do { rows = try stored.rows(head * rowsPerHead..<(head + 1) * rowsPerHead) } catch { throw ModelLoadError(error) }
      matrices.append(.packed(try pack(rows, outputs: outputs, inputs: inputs)))
    }
    return matrices
  }
}
