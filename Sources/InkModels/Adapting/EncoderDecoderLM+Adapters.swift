package import InkNN
package import InkTensor

extension EncoderDecoderLM {
  /// The linear maps that adapters may change: those of the encoder's layers, then those of the decoder's, then the head,
  /// which has a place of its own also where it is the embedding.
  package var adapterSites: [AdapterSite] {
    var walk = LinearSiteList()
    _ = walked(by: &walk)
    return walk.sites
  }

  /// The biases of norms that adapters may put others in the place of.
  package var biasSites: [BiasSite] {
    var walk = LinearSiteList()
    _ = walked(by: &walk)
    return walk.biases
  }

  /// The same model with adapters; its own weights are shared, not copied.
  ///
  /// Virtual tokens in place of embeddings stand before the sources that the encoder reads; keys and values of a prefix
  /// before the targets, as in PEFT.
  ///
  /// - Throws: as for an encoder.
  package func attaching(_ adapters: [ModelAdapter]) throws(ModelLoadError) -> EncoderDecoderLM {
    for adapter in adapters { try adapter.check(for: adapterSites, biasSites, width: spec.width, prefix: prefixShape) }
    var walk = LinearAttachment(adapters: adapters)
    var model = walked(by: &walk)
    for adapter in adapters {
      switch adapter.virtualTokens {
      case nil: break
      case .embedded?: try model.encoder.prepend([adapter])
      case .keysAndValues(let source)?:
        guard model.targetPrefix == nil else {
          throw ModelLoadError(
            .unsupported, context: "adapter \(adapter.name)", expected: "the prefix of one adapter",
            found: "that of another too")
        }
        model.targetPrefix = source
      }
    }
    return model
  }

  /// What a prefix of keys and values before targets is made for; nil where PEFT has no such: layers have other heads than
  /// others, the heads are not as wide as the model, or the decoder has more layers than the encoder.
  package var prefixShape: PrefixShape? {
    guard let first = spec.decoder.layers.first?.selfAttention,
      spec.decoder.layers.allSatisfy({
        $0.selfAttention.heads == first.heads && $0.selfAttention.headWidth == first.headWidth
      }),
      first.heads * first.headWidth == spec.width, spec.encoder.layers.count >= spec.decoder.layers.count
    else { return nil }
    return PrefixShape(
      layers: spec.decoder.layers.count, heads: first.heads, headWidth: first.headWidth,
      order: .everySecondPair(encoderLayers: spec.encoder.layers.count))
  }

  /// The same model with what the walk makes of its parts; the table of tokens stays.
  private func walked(by walk: inout some LinearWalk) -> EncoderDecoderLM {
    var model = self
    model.embedding = embedding.walked("decoder.", by: &walk)
    model.finalNorm = finalNorm.map { walk.visit("decoder.finalNorm", $0) }
    model.encoder = encoder.walked("encoder.", by: &walk)
    model.blocks = blocks.enumerated().map { $1.walked("decoder.layers.\($0)", by: &walk) }
    model.head = walk.visit("head", head)
    return model
  }

  /// A number that tells models apart: SHA-256 over the names, the sizes and some rows of the maps of the layers.
  package func fingerprint(on cpu: CPU) -> String { adapterSites.ofLayers.fingerprint(on: cpu) }

  /// The number of the model as it is stored, whatever its maps were rounded to when it was loaded.
  package func fingerprint(ofStored weights: any WeightSource, on cpu: CPU) -> String {
    adapterSites.ofLayers.fingerprint(ofStored: weights, on: cpu)
  }
}
