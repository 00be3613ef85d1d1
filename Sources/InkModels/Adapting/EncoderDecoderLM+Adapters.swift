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

  /// The same model with adapters; its own weights are shared, not copied.
  ///
  /// Virtual tokens stand before the sources that the encoder reads.
  ///
  /// - Throws: as for an encoder.
  package func attaching(_ adapters: [ModelAdapter]) throws(ModelLoadError) -> EncoderDecoderLM {
    for adapter in adapters { try adapter.check(for: adapterSites, width: spec.width) }
    var walk = LinearAttachment(adapters: adapters)
    var model = walked(by: &walk)
    try model.encoder.prepend(adapters)
    return model
  }

  /// The same model with what the walk makes of its maps; the embedding stays.
  private func walked(by walk: inout some LinearWalk) -> EncoderDecoderLM {
    var model = self
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
