package import InkNN
package import InkTensor

extension EncoderLM {
  /// The linear maps that adapters may change: those of the layers, then those of the heads.
  package var adapterSites: [AdapterSite] {
    var walk = SiteList()
    _ = walked(by: &walk)
    return walk.sites
  }

  /// The same model with adapters; its own weights are shared, not copied.
  ///
  /// - Throws: `unusedTensor` for a delta of something that the model does not have, `shapeMismatch` for one of another
  ///   shape, `unsupported` for tables and for virtual tokens, which encoders do not take.
  package func attaching(_ adapters: [ModelAdapter]) throws(ModelLoadError) -> EncoderLM {
    let sites = Dictionary(adapterSites.map { ($0.name, $0) }) { first, _ in first }
    for adapter in adapters {
      guard adapter.isOfLinearMaps else {
        throw ModelLoadError(
          .unsupported, context: "adapter \(adapter.name)", expected: "changes of linear maps",
          found: adapter.tables.isEmpty ? "rows beside the tokens" : "changes of a table",
          hint: "Encoders take adapters such as LoRA, DoRA and IA3.")
      }
      for (name, deltas) in adapter.linears.sorted(by: { $0.key < $1.key }) {
        guard let site = sites[name] else {
          throw ModelLoadError(
            .unusedTensor, context: "adapter \(adapter.name): \(name)", expected: "a part of the model",
            hint: "The adapter was made for another model.")
        }
        if deltas.contains(where: { !$0.fits(site) }) {
          throw ModelLoadError(
            .shapeMismatch, context: "adapter \(adapter.name): \(name)",
            expected: "changes of a map from \(site.inputs) to \(site.outputs)",
            found: "\(deltas.map(\.shapes))")
        }
      }
    }
    var walk = Attachment(adapters: adapters)
    return walked(by: &walk)
  }

  /// The same model with what the walk makes of its maps; the matrix of a masked head's logits is the embedding.
  private func walked(by walk: inout some LinearWalk) -> EncoderLM {
    var model = self
    model.blocks = blocks.enumerated().map { index, block in
      EncoderBlock(
        attention: block.attention.walked("layers.\(index).attention", by: &walk),
        feedForward: block.feedForward.walked("layers.\(index).feedForward", by: &walk),
        attentionNorm: block.attentionNorm, feedForwardNorm: block.feedForwardNorm, placement: block.placement)
    }
    model.heads = EncoderHeads(
      pooler: heads.pooler.map { walk.visit("pooler", $0) },
      masked: heads.masked.map { head in
        EncoderHeads.Masked(
          transform: walk.visit("masked.transform", head.transform), activation: head.activation, norm: head.norm,
          decoder: head.decoder)
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

  /// A number that tells models apart: SHA-256 over the names, the sizes and some rows of all maps.
  package func fingerprint(on cpu: CPU) -> String { adapterSites.fingerprint(on: cpu) }
}

/// Notes what there is.
private struct SiteList: LinearWalk {
  var sites: [AdapterSite] = []

  mutating func visit(_ name: String, _ map: Linear) -> Linear {
    sites.append(AdapterSite(name: name, kind: .linear, weight: map.weight, bias: map.bias))
    return map
  }
}

/// Puts deltas where they belong.
private struct Attachment: LinearWalk {
  let adapters: [ModelAdapter]

  func visit(_ name: String, _ map: Linear) -> Linear {
    map.adding(
      adapters.flatMap { adapter in
        (adapter.linears[name] ?? []).map { AttachedDelta(adapter: adapter.name, delta: $0) }
      })
  }
}
