package import InkAdapters
package import InkModels

extension AdapterBase {
  /// A decoder as adapters see it.
  package init(_ checkpoint: DecoderCheckpoint, model: DecoderLM) throws(AdapterError) {
    try self.init(
      sites: model.adapterSites, otherBiases: model.biasSites, map: checkpoint.adapterMap,
      head: checkpoint.hasOwnHead ? .own : .table,
      width: checkpoint.spec.width, layers: checkpoint.spec.layers.count, prefixShape: model.prefixShape,
      heads: checkpoint.spec.firstHeads, promptPlacement: checkpoint.promptPlacement)
  }

  /// An encoder as adapters see it; its table of tokens is there for what virtual tokens begin with.
  package init(_ checkpoint: EncoderCheckpoint, model: EncoderLM) throws(AdapterError) {
    try self.init(
      sites: model.adapterSites + model.tables.prefix(1), otherBiases: model.biasSites,
      map: checkpoint.family.huggingFaceWeights(checkpoint.spec),
      width: checkpoint.spec.width, layers: checkpoint.spec.layers.count, prefixShape: model.prefixShape,
      heads: checkpoint.spec.firstHeads)
  }

  /// An encoder with a decoder as adapters see it, and the table of tokens.
  package init(_ checkpoint: EncoderDecoderCheckpoint, model: EncoderDecoderLM) throws(AdapterError) {
    try self.init(
      sites: model.adapterSites + model.encoder.tables.prefix(1), otherBiases: model.biasSites,
      map: checkpoint.adapterMap,
      head: checkpoint.hasOwnHead ? .own : .table,
      width: checkpoint.spec.width, layers: checkpoint.spec.layerCount, prefixShape: model.prefixShape,
      heads: checkpoint.spec.encoder.firstHeads)
  }
}

extension DecoderSpec {
  /// Query heads of the first layer.
  var firstHeads: Int {
    switch layers.first?.mixer {
    case .grouped(let attention)?: attention.heads
    case .latent(let attention)?: attention.heads
    case nil: 1
    }
  }
}

extension EncoderSpec {
  /// Heads of the first layer.
  var firstHeads: Int { layers.first?.attention.heads ?? 1 }
}

extension EncoderDecoderSpec {
  /// The layers of both sides.
  var layerCount: Int { encoder.layers.count + decoder.layers.count }
}
