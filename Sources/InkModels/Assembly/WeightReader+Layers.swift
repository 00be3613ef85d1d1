import InkFormats
import InkNN
import InkTensor

/// The parts of a layer, put together from their specs.
extension WeightReader {
  /// How tokens see each other.
  mutating func mixer(
    _ spec: MixerSpec, name: String, width: Int, cache: KeyValueLayout.Layer
  ) throws(ModelLoadError) -> Mixer {
    switch spec {
    case .grouped(let attention): .grouped(try grouped(attention, name: name, width: width, cache: cache))
    case .latent(let attention): .latent(try latent(attention, name: name, width: width, cache: cache))
    }
  }

  private mutating func grouped(
    _ spec: GroupedAttentionSpec, name: String, width: Int, cache: KeyValueLayout.Layer
  ) throws(ModelLoadError) -> GroupedAttention {
    let inner = spec.heads * spec.headWidth
    let keyInner = spec.keyValueHeads * spec.headWidth
    let inputBias: BiasSpec = spec.biases == .none ? .none : .present
    let norms: GroupedAttention.QueryKeyNorms
    switch spec.queryKeyNorm {
    case .none: norms = .none
    case .heads(let norm):
      norms = .heads(
        query: try self.norm("\(name).queryNorm", norm, width: spec.headWidth),
        key: try self.norm("\(name).keyNorm", norm, width: spec.headWidth))
    case .projection(let norm):
      norms = .projection(
        query: try self.norm("\(name).queryNorm", norm, width: inner),
        key: try self.norm("\(name).keyNorm", norm, width: keyInner))
    }
    var settings = AttentionSettings(scale: spec.scale, softCap: spec.softCap)
    if case .last(let width) = spec.window { settings.mask = .window(width) }
    var rotary: RotaryEmbedding?
    switch spec.position {
    case .none: break
    case .rotary(let embedding): rotary = embedding
    case .alibi(let slopes): settings.slopes = slopes
    }
    return GroupedAttention(
      query: try linear("\(name).query", outputs: inner, inputs: width, bias: inputBias),
      key: try linear("\(name).key", outputs: keyInner, inputs: width, bias: inputBias),
      value: try linear("\(name).value", outputs: keyInner, inputs: width, bias: inputBias),
      output: try linear(
        "\(name).output", outputs: width, inputs: inner, bias: spec.biases == .all ? .present : .none),
      norms: norms, heads: spec.heads, keyValueHeads: spec.keyValueHeads, headWidth: spec.headWidth,
      settings: settings, clip: spec.clip, rotary: rotary, cache: cache)
  }

  mutating func feedForward(
    _ spec: FeedForwardSpec, name: String, width: Int
  ) throws(ModelLoadError) -> FeedForward {
    switch spec {
    case .plain(let function, let inner, let bias):
      return .plain(
        function, up: try linear("\(name).up", outputs: inner, inputs: width, bias: bias),
        down: try linear("\(name).down", outputs: width, inputs: inner, bias: bias))
    case .gated(let function, let inner, let bias):
      return .gated(
        function, gate: try linear("\(name).gate", outputs: inner, inputs: width, bias: bias),
        up: try linear("\(name).up", outputs: inner, inputs: width, bias: bias),
        down: try linear("\(name).down", outputs: width, inputs: inner, bias: bias))
    case .experts(let experts): return .experts(try self.experts(experts, name: name, width: width))
    }
  }

  mutating func join(_ layer: LayerSpec, name: String, width: Int) throws(ModelLoadError) -> WiredBlock.Join {
    switch layer.wiring {
    case .pre:
      return .pre(
        mixer: try norm("\(name).mixerNorm", layer.norm, width: width),
        feedForward: try norm("\(name).feedForwardNorm", layer.norm, width: width))
    case .post:
      return .post(
        mixer: try norm("\(name).mixerOutputNorm", layer.norm, width: width),
        feedForward: try norm("\(name).feedForwardOutputNorm", layer.norm, width: width))
    case .summed:
      return .summed(
        mixer: try norm("\(name).mixerOutputNorm", layer.norm, width: width),
        feedForward: try norm("\(name).feedForwardOutputNorm", layer.norm, width: width))
    case .sandwich:
      return .sandwich(
        mixer: .init(
          before: try norm("\(name).mixerNorm", layer.norm, width: width),
          after: try norm("\(name).mixerOutputNorm", layer.norm, width: width)),
        feedForward: .init(
          before: try norm("\(name).feedForwardNorm", layer.norm, width: width),
          after: try norm("\(name).feedForwardOutputNorm", layer.norm, width: width)))
    case .parallel(.separate):
      return .parallel(
        mixer: try norm("\(name).mixerNorm", layer.norm, width: width),
        feedForward: try norm("\(name).feedForwardNorm", layer.norm, width: width))
    case .parallel(.shared): return .parallelShared(try norm("\(name).mixerNorm", layer.norm, width: width))
    case .scaled(let factor):
      return .scaled(
        mixer: try norm("\(name).mixerNorm", layer.norm, width: width),
        feedForward: try norm("\(name).feedForwardNorm", layer.norm, width: width), branches: factor)
    case .weighted(let factor):
      return .weighted(
        mixer: try norm("\(name).mixerNorm", layer.norm, width: width),
        feedForward: try norm("\(name).feedForwardNorm", layer.norm, width: width), residual: factor)
    }
  }
}
