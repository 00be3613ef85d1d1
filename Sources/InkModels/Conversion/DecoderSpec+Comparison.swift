import InkNN

extension DecoderSpec {
  /// The same model in the conventions of a GGUF file, so that two specs can be compared: what the kinds of file store
  /// differently (the order of rotary rows, norm weights, the form of frequency divisors) is set to one form, and
  /// numbers that GGUF stores in single precision are rounded to it.
  var comparable: DecoderSpec {
    var spec = self
    spec.finalNorm = finalNorm?.direct
    for index in layers.indices {
      spec.layers[index].norm = layers[index].norm.direct
      guard case .grouped(var attention) = layers[index].mixer else { continue }
      switch attention.queryKeyNorm {
      case .none: break
      case .heads(let norm): attention.queryKeyNorm = .heads(norm.direct)
      case .projection(let norm): attention.queryKeyNorm = .projection(norm.direct)
      }
      if case .rotary(let rotary) = attention.position { attention.position = .rotary(rotary.comparable) }
      spec.layers[index].mixer = .grouped(attention)
    }
    return spec
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
    case .none, .dynamicNTK, .longRoPE: break
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
