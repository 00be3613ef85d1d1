package import InkNN
package import InkTensor

extension EncoderLM {
  /// The linear maps that adapters may change: those of the layers, then those of the heads.
  package var adapterSites: [AdapterSite] {
    var walk = LinearSiteList()
    _ = walked(by: &walk)
    return walk.sites
  }

  /// The biases of other parts that adapters may put others in the place of: of norms, and of the logits of a masked head.
  package var biasSites: [BiasSite] {
    var walk = LinearSiteList()
    _ = walked(by: &walk)
    return walk.biases
  }

  /// The tables of tokens, positions and kinds, which adapters leave as they are.
  package var tables: [AdapterSite] {
    var tables = [AdapterSite(name: "embedding", kind: .table, weight: embedding.tokens, bias: nil)]
    if case .learned(let positions, _) = embedding.positions {
      tables.append(AdapterSite(name: "embedding.positions", kind: .table, weight: positions, bias: nil))
    }
    if let types = embedding.types {
      tables.append(AdapterSite(name: "embedding.types", kind: .table, weight: types, bias: nil))
    }
    return tables
  }

  /// The same model with adapters; its own weights are shared, not copied.
  ///
  /// Virtual tokens take the first positions of every sequence.
  ///
  /// - Throws: `unusedTensor` for a delta of something that the model does not have, `shapeMismatch` for one of another
  ///   shape, `unsupported` for tables, for rows behind a gate in attention, and for virtual tokens of two adapters or more than the
  ///   model has positions.
  package func attaching(_ adapters: [ModelAdapter]) throws(ModelLoadError) -> EncoderLM {
    for adapter in adapters { try adapter.check(for: adapterSites, biasSites, width: spec.width, prefix: prefixShape) }
    var walk = LinearAttachment(adapters: adapters)
    var model = walked(by: &walk)
    try model.prepend(adapters)
    return model
  }

  /// What a prefix of keys and values is made for; nil where layers have other heads than others.
  package var prefixShape: PrefixShape? {
    guard let first = spec.layers.first?.attention,
      spec.layers.allSatisfy({ $0.attention.heads == first.heads && $0.attention.headWidth == first.headWidth })
    else { return nil }
    return PrefixShape(layers: spec.layers.count, heads: first.heads, headWidth: first.headWidth)
  }

  /// Puts the virtual tokens of adapters before every sequence.
  mutating func prepend(_ adapters: [ModelAdapter]) throws(ModelLoadError) {
    for adapter in adapters {
      guard let tokens = adapter.virtualTokens else { continue }
      guard prompt == nil else {
        throw ModelLoadError(
          .unsupported, context: "adapter \(adapter.name)", expected: "virtual tokens of one adapter",
          found: "those of another too")
      }
      prompt = Prompt(adapter: adapter.name, tokens: tokens)
      guard let limit = spec.contextLength else { continue }
      guard limit > tokens.count else {
        throw ModelLoadError(
          .unsupported, context: "adapter \(adapter.name)",
          expected: "fewer virtual tokens than the \(limit) positions of the model", found: "\(tokens.count)")
      }
      spec.contextLength = limit - tokens.count
    }
  }

  /// The same model with what the walk makes of its parts; the matrix of a masked head's logits is the embedding.
  ///
  /// - Parameter prefix: what the names of its layers begin with in a larger model.
  func walked(_ prefix: String = "", by walk: inout some LinearWalk) -> EncoderLM {
    var model = self
    model.embedding = embedding.walked(prefix, by: &walk)
    model.finalNorm = finalNorm.map { walk.visit("\(prefix)finalNorm", $0) }
    model.blocks = blocks.enumerated().map { $1.walked("\(prefix)layers.\($0)", by: &walk) }
    model.heads = EncoderHeads(
      pooler: heads.pooler.map { walk.visit("pooler", $0) },
      masked: heads.masked.map { head in
        EncoderHeads.Masked(
          transform: walk.visit("masked.transform", head.transform), activation: head.activation,
          norm: walk.visit("masked.norm", head.norm), decoder: walk.visitShared("masked.decoder", head.decoder))
      },
      nextSentence: heads.nextSentence.map { walk.visit("nextSentence", $0) },
      classifier: heads.classifier.map { head in
        switch head {
        case .pooled(let output): .pooled(walk.visit("classifier.output", output))
        case .everyToken(let output): .everyToken(walk.visit("classifier.output", output))
        case .firstToken(let transform, let output):
          .firstToken(
            transform: walk.visit("classifier.transform", transform), walk.visit("classifier.output", output))
        }
      })
    return model
  }

  /// A number that tells models apart: SHA-256 over the names, the sizes and some rows of the maps of the layers. Heads are
  /// left out: an adapter may bring its own.
  package func fingerprint(on cpu: CPU) -> String { adapterSites.ofLayers.fingerprint(on: cpu) }

  /// The number of the model as it is stored, whatever its maps were rounded to when it was loaded.
  package func fingerprint(ofStored weights: any WeightSource, on cpu: CPU) -> String {
    adapterSites.ofLayers.fingerprint(ofStored: weights, on: cpu)
  }
}
