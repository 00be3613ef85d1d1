package import InkNN
package import InkTensor

extension EncoderDecoderLM {
  /// The linear maps that adapters may change: those of the encoder's layers, then those of the decoder's.
  package var adapterSites: [AdapterSite] {
    var walk = LinearSiteList()
    _ = walked(by: &walk)
    return walk.sites
  }

  /// The same model with adapters; its own weights are shared, not copied.
  ///
  /// - Throws: `unusedTensor` for a delta of something that the model does not have, `shapeMismatch` for one of another
  ///   shape, `unsupported` for tables and for rows beside the tokens.
  package func attaching(_ adapters: [ModelAdapter]) throws(ModelLoadError) -> EncoderDecoderLM {
    for adapter in adapters { try adapter.check(for: adapterSites) }
    var walk = LinearAttachment(adapters: adapters)
    return walked(by: &walk)
  }

  /// The same model with what the walk makes of its maps; embedding and head stay.
  private func walked(by walk: inout some LinearWalk) -> EncoderDecoderLM {
    var model = self
    model.encoder = encoder.walked("encoder.", by: &walk)
    model.blocks = blocks.enumerated().map { $1.walked("decoder.layers.\($0)", by: &walk) }
    return model
  }

  /// A number that tells models apart: SHA-256 over the names, the sizes and some rows of all maps.
  package func fingerprint(on cpu: CPU) -> String { adapterSites.fingerprint(on: cpu) }
}
