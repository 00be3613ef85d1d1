import InkNN

extension DecoderSpec {
  /// The same model in the conventions of a GGUF file, so that two specs can be compared: what the kinds of file store
  /// differently (the order of rotary rows, norm weights, heads of unit rows, the form of frequency divisors) is set to
  /// one form, and numbers that GGUF stores in single precision are rounded to it.
  var comparable: DecoderSpec {
    var spec = self
    spec.finalNorm = finalNorm?.direct
    // Files have the rows of such a head with length one, and so there is nothing left to say.
    if spec.head.weight == .normalizedRows { spec.head.weight = .own(.none) }
    for index in layers.indices {
      spec.layers[index].norm = layers[index].norm.direct
      switch layers[index].mixer {
      case .grouped(let attention): spec.layers[index].mixer = .grouped(attention.comparable)
      case .latent(let attention): spec.layers[index].mixer = .latent(attention.comparable)
      }
    }
    return spec
  }
}

extension GroupedAttentionSpec {
  fileprivate var comparable: GroupedAttentionSpec {
    var attention = self
    switch queryKeyNorm {
    case .none: break
    case .heads(let norm): attention.queryKeyNorm = .heads(norm.direct)
    case .projection(let norm): attention.queryKeyNorm = .projection(norm.direct)
    }
    if case .rotary(let rotary) = position { attention.position = .rotary(rotary.comparable) }
    return attention
  }
}

extension LatentAttentionSpec {
  /// The pairing stays: the rows of this kind of attention have one order in both kinds of file.
  fileprivate var comparable: LatentAttentionSpec {
    var attention = self
    attention.rotary = rotary.comparable
    attention.rotary.pairing = rotary.pairing
    // A share of YaRN's magnitude goes through a tenth of it and back.
    attention.scale = (scale * 1e6).rounded() / 1e6
    return attention
  }
}

extension NormSpec {
  fileprivate var direct: NormSpec {
    switch self {
    case .rms(let epsilon, _): .rms(epsilon: epsilon, gain: .direct)
    case .layer: self
    }
  }
}

extension RotaryEmbedding {
  fileprivate var comparable: RotaryEmbedding {
    var rotary = self
    rotary.pairing = .halves
    rotary.base = Double(Float(base))
    switch scaling {
    case .none, .dynamicNTK: break
    case .longRoPE(var settings):
      settings.attentionFactor = Double(RotaryEmbedding.shortened(Float(settings.attentionFactor)))
      rotary.scaling = .longRoPE(settings)
    case .linear(let factor): rotary.scaling = .linear(factor: Double(Float(factor)))
    case .llama3, .divided: rotary.scaling = .divided(by: divisors.map(RotaryEmbedding.shortened))
    case .yarn(var settings):
      settings.factor = Double(Float(settings.factor))
      settings.betaFast = Double(Float(settings.betaFast))
      settings.betaSlow = Double(Float(settings.betaSlow))
      settings.attentionFactor = Double(RotaryEmbedding.shortened(Float(settings.attentionFactor)))
      rotary.scaling = .yarn(settings)
    }
    return rotary
  }

  /// To ten thousandths: converters compute such factors in one precision or another.
  private static func shortened(_ value: Float) -> Float { (value * 1e4).rounded() / 1e4 }
}
