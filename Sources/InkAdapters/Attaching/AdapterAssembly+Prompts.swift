import InkFormats
import InkNN
import InkTensor

/// Methods with virtual tokens, and networks behind parts of layers.
extension AdapterAssembly {
  mutating func addPrompt(_ settings: PromptSettings) throws(AdapterError) {
    result.virtualTokens = .embedded(.rows(try rows(settings, width: base.width)))
  }

  mutating func addPrefix(_ settings: PromptSettings) throws(AdapterError) {
    guard let shape = base.prefixShape else {
      throw AdapterError(
        .unsupported, context: "\(path): a prefix", expected: PrefixShape.need, found: "other layers")
    }
    result.virtualTokens = .keysAndValues(.rows(try rows(settings, width: shape.rowWidth)))
  }

  private mutating func rows(_ settings: PromptSettings, width: Int) throws(AdapterError) -> Tensor {
    guard let stored = tensors.others[AdapterTensors.prompt] else {
      throw AdapterError(.missingTensor, context: "\(path): \(AdapterTensors.prompt)")
    }
    let rows = try float32(stored)
    // An encoder with a decoder has as many for the decoder, which PEFT leaves out.
    if adapter.configuration.task == "SEQ_2_SEQ_LM", rows.shape == [2 * settings.count, width] {
      return vector(rows.slice(0..<settings.count), AdapterTensors.prompt)
    }
    guard rows.shape == [settings.count, width] else {
      throw AdapterError(
        .shapeMismatch, context: "\(path): \(AdapterTensors.prompt)", expected: "[\(settings.count), \(width)]",
        found: "\(rows.shape)")
    }
    return vector(rows, AdapterTensors.prompt)
  }

  mutating func addBottlenecks(_ settings: BottleneckSettings) throws(AdapterError) {
    for name in tensors.modules where tensors.parts(of: name).contains(.bottleneckDown) {
      let module = try base.module(name, path)
      guard module.sites.count == 1, let site = module.sites.first else {
        throw AdapterError(.unsupported, context: "\(path): module \(name)", expected: "a map of its own")
      }
      done.insert(name)
      let (down, up) = (try tensors.matrix(.bottleneckDown, of: name), try tensors.matrix(.bottleneckUp, of: name))
      guard let downBias = try tensors.tensor(.bottleneckDownBias, of: name), downBias.shape == [down.shape[0]],
        let upBias = try tensors.tensor(.bottleneckUpBias, of: name), upBias.shape == [up.shape[0]]
      else { throw AdapterError(.missingTensor, context: "\(path): biases of module \(name)") }
      let network = Bottleneck(
        down: Linear(
          weight: try weight(down, "\(site.name).adapter_down"),
          bias: vector(downBias, "\(site.name).adapter_down_bias")),
        function: .relu,
        up: Linear(
          weight: try weight(up, "\(site.name).adapter_up"), bias: vector(upBias, "\(site.name).adapter_up_bias")),
        scale: settings.scale)
      try add(.bottleneck(network), to: site)
    }
  }

  func float32(_ stored: StoredTensor) throws(AdapterError) -> Tensor {
    try AdapterError.converting { () throws(FormatError) in try stored.float32() }
  }
}
