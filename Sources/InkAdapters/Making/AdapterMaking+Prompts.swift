import InkNN
import InkTensor

extension AdapterMaking {
  func addPrompt(_ settings: PromptSettings, to result: inout ModelAdapter) throws(AdapterError) {
    try require(settings, width: base.width)
    let rows = parameter(try rows(settings), "prompt_encoder.embedding.weight", &result)
    result.virtualTokens = .embedded(.rows(rows))
  }

  func addPrompt(
    _ settings: PromptSettings, _ encoder: PromptEncoderSettings, to result: inout ModelAdapter
  ) throws(AdapterError) {
    try require(settings, width: base.width)
    let (inputs, width) = (base.width, encoder.width)
    let rows = parameter(try rows(settings), "prompt_encoder.embedding.weight", &result)
    switch encoder.kind {
    case .perceptron:
      let maps = perceptron("prompt_encoder.mlp_head", widths: [inputs, width, width, inputs], &result)
      result.virtualTokens = .embedded(.perceptron(rows: rows, maps: maps, between: .relu))
    case .recurrent:
      var layers: [RecurrentLayer] = []
      for layer in 0..<encoder.layers {
        let own = layer == 0 ? inputs : 2 * width
        layers.append(
          RecurrentLayer(
            forwards: direction("l\(layer)", inputs: own, width: width, &result),
            backwards: direction("l\(layer)_reverse", inputs: own, width: width, &result)))
      }
      let maps = perceptron("prompt_encoder.mlp_head", widths: [2 * width, 2 * width, inputs], &result)
      result.virtualTokens = .embedded(.recurrent(rows: rows, layers: layers, maps: maps, between: .relu))
    }
  }

  func addPrefix(
    _ settings: PromptSettings, _ projection: PrefixProjection, to result: inout ModelAdapter
  ) throws(AdapterError) {
    guard let shape = base.prefixShape else {
      throw AdapterError(
        .unsupported, context: "prefix tuning", expected: PrefixShape.need, found: "other layers")
    }
    let own = shape.width
    try require(settings, width: own)
    let name = "prompt_encoder.embedding.weight"
    let whole = shape.rowWidth
    switch projection {
    case .none:
      let rows = parameter(normal([settings.count, whole], name), name, &result)
      result.virtualTokens = .keysAndValues(.rows(rows))
    case .perceptron(let width):
      let rows = parameter(normal([settings.count, own], name), name, &result)
      let maps = perceptron("prompt_encoder.transform", widths: [own, width, whole], &result)
      result.virtualTokens = .keysAndValues(.perceptron(rows: rows, maps: maps, between: .tanh))
    }
  }

  private func require(_ settings: PromptSettings, width: Int) throws(AdapterError) {
    guard settings.count > 0, settings.width == width else {
      throw AdapterError(
        .invalidConfiguration, context: "virtual tokens", expected: "at least one, of width \(width)",
        found: "\(settings.count) of width \(settings.width)")
    }
  }

  private func rows(_ settings: PromptSettings) throws(AdapterError) -> Tensor {
    switch promptStart {
    case .random: return normal([settings.count, base.width], "prompt_encoder.embedding.weight")
    case .tokens(let tokens):
      guard let table = base.sites["embedding"], table.inputs == base.width, !tokens.isEmpty,
        tokens.allSatisfy({ $0 >= 0 && Int($0) < table.outputs })
      else {
        throw AdapterError(
          .invalidConfiguration, context: "the text that virtual tokens begin with", expected: "tokens of the model",
          found: "\(tokens.count) tokens")
      }
      return cpu.gatherRows((0..<settings.count).map { Int(tokens[$0 % tokens.count]) }, of: table.weight)
    }
  }

  /// Maps with a function between them; every second number of a name is a map, as in PEFT.
  private func perceptron(_ name: String, widths: [Int], _ result: inout ModelAdapter) -> [Linear] {
    (1..<widths.count).map { index in
      map("\(name).\(2 * (index - 1))", outputs: widths[index], inputs: widths[index - 1], &result)
    }
  }

  /// A map that begins as PyTorch's do.
  private func map(_ name: String, outputs: Int, inputs: Int, _ result: inout ModelAdapter) -> Linear {
    let bound = 1 / Float(inputs).squareRoot()
    let weight = uniform([outputs, inputs], "\(name).weight", bound: bound)
    let bias = uniform([outputs], "\(name).bias", bound: bound)
    return Linear(
      weight: .dense(parameter(weight, "\(name).weight", &result)), bias: parameter(bias, "\(name).bias", &result))
  }

  private func direction(
    _ end: String, inputs: Int, width: Int, _ result: inout ModelAdapter
  ) -> RecurrentLayer.Direction {
    let bound = 1 / Float(width).squareRoot()
    func half(_ kind: String, _ columns: Int) -> Linear {
      let (weight, bias) = (
        "prompt_encoder.lstm_head.weight_\(kind)_\(end)", "prompt_encoder.lstm_head.bias_\(kind)_\(end)"
      )
      return Linear(
        weight: .dense(parameter(uniform([4 * width, columns], weight, bound: bound), weight, &result)),
        bias: parameter(uniform([4 * width], bias, bound: bound), bias, &result))
    }
    return RecurrentLayer.Direction(input: half("ih", inputs), state: half("hh", width))
  }

  // MARK: Vectors and networks

  func addFactors(
    _ settings: IA3Settings, apartFrom whole: [String], to result: inout ModelAdapter
  ) throws(AdapterError) {
    for module in try modules(settings.targets, apartFrom: whole) {
      let isFeedForward = settings.feedForwardModules.contains {
        module.name == $0 || module.name.hasSuffix(".\($0)")
      }
      guard module.sites.allSatisfy({ $0.kind == .linear }) else {
        throw AdapterError(.unsupported, context: "target \"\(module.end)\"", expected: "a linear map")
      }
      if isFeedForward {
        let first = module.sites[0]
        let ones = Tensor([Float](repeating: 1, count: first.inputs), shape: [first.inputs])
        let factors = parameter(ones, "\(first.name).ia3", &result)
        for site in module.sites { result.linears[site.name, default: []].append(.scaledInputs(factors)) }
      } else {
        for site in module.sites {
          let ones = Tensor([Float](repeating: 1, count: site.outputs), shape: [site.outputs])
          let factors = parameter(ones, "\(site.name).ia3", &result)
          result.linears[site.name, default: []].append(.scaledOutputs(factors))
        }
      }
    }
  }

  func addBottlenecks(_ settings: BottleneckSettings, to result: inout ModelAdapter) throws(AdapterError) {
    let ends: [String] =
      switch settings.placement {
      case .both: [".mixer.output", ".attention.output", ".feedForward.down"]
      case .feedForward: [".feedForward.down"]
      }
    var count = 0
    for name in base.order where ends.contains(where: { name.hasSuffix($0) }) {
      guard let site = base.sites[name], settings.width > 0 else { continue }
      count += 1
      let down = normal([settings.width, site.outputs], "\(name).adapter_down", deviation: 0.02)
      let network = Bottleneck(
        down: Linear(
          weight: .dense(parameter(down, "\(name).adapter_down", &result)),
          bias: parameter(zeros([settings.width]), "\(name).adapter_down_bias", &result)),
        function: .relu,
        up: Linear(
          weight: .dense(parameter(zeros([site.outputs, settings.width]), "\(name).adapter_up", &result)),
          bias: parameter(zeros([site.outputs]), "\(name).adapter_up_bias", &result)),
        scale: settings.scale)
      result.linears[name, default: []].append(.bottleneck(network))
    }
    guard count > 0 else {
      throw AdapterError(
        .unsupported, context: "bottleneck adapters", expected: "layers with linear maps of their own to stand behind",
        found: "none")
    }
  }
}
