import InkTensor

/// Goes over the linear maps and the norms of a model by their names and puts others in their places.
package protocol LinearWalk {
  /// What stands in place of the map of a name, `layers.3.mixer.query`.
  mutating func visit(_ name: String, _ map: Linear) -> Linear

  /// What stands in place of the norm of a name, `layers.3.mixerNorm`.
  mutating func visit(_ name: String, _ norm: Norm) -> Norm

  /// What stands in place of a map whose weights are those of another part, so that only its bias is its own.
  mutating func visitShared(_ name: String, _ map: Linear) -> Linear

  /// The prompts that are to join those of an attention with grouped queries, `layers.3.mixer`.
  mutating func prompts(of name: String, _ attention: GroupedAttention) -> [AttachedPrompt]
}

extension LinearWalk {
  /// The norm itself.
  package mutating func visit(_ name: String, _ norm: Norm) -> Norm { norm }

  /// The map itself.
  package mutating func visitShared(_ name: String, _ map: Linear) -> Linear { map }

  /// None.
  package mutating func prompts(of name: String, _ attention: GroupedAttention) -> [AttachedPrompt] { [] }
}

extension GroupedAttention {
  /// The same attention with what the walk makes of its maps.
  package func walked(_ name: String, by walk: inout some LinearWalk) -> GroupedAttention {
    GroupedAttention(
      query: walk.visit("\(name).query", query), key: walk.visit("\(name).key", key),
      value: walk.visit("\(name).value", value), output: walk.visit("\(name).output", output),
      norms: norms.walked(name, by: &walk), heads: heads, keyValueHeads: keyValueHeads, headWidth: headWidth,
      settings: settings, clip: clip, rotary: rotary, cache: cache
    ).adding(prompts + walk.prompts(of: name, self))
  }
}

extension GroupedAttention.QueryKeyNorms {
  fileprivate func walked(_ name: String, by walk: inout some LinearWalk) -> Self {
    switch self {
    case .none: .none
    case .heads(let query, let key):
      .heads(query: walk.visit("\(name).queryNorm", query), key: walk.visit("\(name).keyNorm", key))
    case .projection(let query, let key):
      .projection(query: walk.visit("\(name).queryNorm", query), key: walk.visit("\(name).keyNorm", key))
    }
  }
}

extension CrossAttention {
  /// The same attention with what the walk makes of its maps.
  package func walked(_ name: String, by walk: inout some LinearWalk) -> CrossAttention {
    CrossAttention(
      query: walk.visit("\(name).query", query), key: walk.visit("\(name).key", key),
      value: walk.visit("\(name).value", value), output: walk.visit("\(name).output", output), heads: heads,
      headWidth: headWidth, settings: settings, memory: memory)
  }
}

extension LatentAttention {
  /// The same attention with what the walk makes of its maps; the matrices of the heads are none.
  package func walked(_ name: String, by walk: inout some LinearWalk) -> LatentAttention {
    let query: Query =
      switch self.query {
      case .direct(let content, let rotary):
        .direct(
          content: walk.visit("\(name).queryContent", content), rotary: walk.visit("\(name).queryRotary", rotary))
      case .compressed(let down, let norm, let content, let rotary):
        .compressed(
          walk.visit("\(name).queryCompression", down), norm: walk.visit("\(name).queryNorm", norm),
          content: walk.visit("\(name).queryContent", content), rotary: walk.visit("\(name).queryRotary", rotary))
      }
    return LatentAttention(
      query: query, compression: walk.visit("\(name).keyValueCompression", compression),
      norm: walk.visit("\(name).keyValueNorm", norm), keyRotary: walk.visit("\(name).keyRotary", keyRotary),
      heads: heads,
      output: walk.visit("\(name).output", output), scale: settings.scale, rotary: rotary, cache: cache)
  }
}

extension Mixer {
  /// The same mixer with what the walk makes of its maps.
  package func walked(_ name: String, by walk: inout some LinearWalk) -> Mixer {
    switch self {
    case .grouped(let attention): .grouped(attention.walked(name, by: &walk))
    case .latent(let attention): .latent(attention.walked(name, by: &walk))
    }
  }
}

extension FeedForward {
  /// The same part with what the walk makes of its maps; the matrices of single experts are none.
  package func walked(_ name: String, by walk: inout some LinearWalk) -> FeedForward {
    switch self {
    case .plain(let function, let up, let down):
      .plain(function, up: walk.visit("\(name).up", up), down: walk.visit("\(name).down", down))
    case .gated(let function, let gate, let up, let down):
      .gated(
        function, gate: walk.visit("\(name).gate", gate), up: walk.visit("\(name).up", up),
        down: walk.visit("\(name).down", down))
    case .experts(let experts): .experts(experts.walked(name, by: &walk))
    }
  }
}

extension MixtureOfExperts {
  fileprivate func walked(_ name: String, by walk: inout some LinearWalk) -> MixtureOfExperts {
    MixtureOfExperts(
      router: walk.visit("\(name).router", router), correction: correction, routing: routing, experts: experts,
      function: function,
      shared: shared.map { part in
        Shared(
          gate: walk.visit("\(name).shared.gate", part.gate), up: walk.visit("\(name).shared.up", part.up),
          down: walk.visit("\(name).shared.down", part.down),
          switching: part.switching.map { walk.visit("\(name).shared.switch", $0) })
      })
  }
}
