package import InkFormats

extension AdapterConfiguration {
  /// Reads `adapter_config.json`.
  ///
  /// - Throws: `unsupported` for a method or a setting that is not computed here, naming it; `invalidConfiguration` for
  ///   what cannot be right; `file` for a damaged file.
  package init(_ root: JSONNode, file: String) throws(AdapterError) {
    var reader = AdapterConfigurationReader(root, file: file)
    guard let type = try reader.text("peft_type") else { throw reader.missing("peft_type", "the name of a method") }
    let method = try AdapterMethod(type, &reader, file: file)
    let task = try reader.text("task_type")
    var saved = try reader.texts("modules_to_save")
    // PEFT trains heads of classes whole without saying so where a method has no such list.
    if method.hasVirtualTokens, saved.isEmpty, task == "SEQ_CLS" || task == "TOKEN_CLS" {
      saved = ["classifier", "score"]
    }
    self.init(method: method, base: try reader.text("base_model_name_or_path"), task: task, savedModules: saved)
    try reader.requireAllAsked()
  }
}

extension AdapterMethod {
  /// Reads the settings of the method that PEFT calls `type`.
  fileprivate init(_ type: String, _ reader: inout AdapterConfigurationReader, file: String) throws(AdapterError) {
    switch type {
    case "LORA": self = .lora(try LoRASettings(&reader, file: file))
    case "ADALORA":
      // The ranks that remained are those of the stored tensors, the scale is that of the rank they began with.
      _ = reader.node("rank_pattern")
      var settings = try LoRASettings(ranked: &reader, file: file)
      settings.rank = try reader.count("init_r", or: 12)
      self = .adaLoRA(settings, try RankBudget(&reader))
    case "VERA":
      _ = reader.node("save_projection")
      _ = reader.node("fan_in_fan_out")
      self = .vera(
        VeRASettings(
          targets: try reader.texts("target_modules"), rank: try reader.count("r", or: 256),
          initial: try reader.number("d_initial", or: 0.1), seed: try reader.whole("projection_prng_key", or: 0)))
      try AdapterMethod.requireNoBiases(&reader, file)
    case "IA3":
      _ = reader.node("fan_in_fan_out")
      self = .ia3(
        IA3Settings(
          targets: try reader.texts("target_modules"), feedForwardModules: try reader.texts("feedforward_modules")))
    case "PROMPT_TUNING": self = .promptTuning(try PromptSettings(&reader))
    case "P_TUNING":
      let settings = try PromptSettings(&reader)
      let kind = try reader.text("encoder_reparameterization_type") ?? "MLP"
      guard let encoder = PromptEncoderSettings.Kind(rawValue: kind) else {
        throw AdapterError(
          .invalidConfiguration, context: "\(file): encoder_reparameterization_type", expected: "MLP or LSTM",
          found: kind)
      }
      self = .pTuning(
        settings,
        PromptEncoderSettings(
          kind: encoder, width: try reader.count("encoder_hidden_size", or: settings.width),
          layers: try reader.count("encoder_num_layers", or: 2)))
    case "PREFIX_TUNING":
      let settings = try PromptSettings(&reader)
      let width = try reader.count("encoder_hidden_size", or: settings.width)
      self = .prefixTuning(settings, try reader.flag("prefix_projection") ? .perceptron(width: width) : .none)
    case "ADAPTION_PROMPT":
      // Which part of a layer that is follows from the names of the tensors.
      _ = try reader.texts("target_modules")
      self = .attentionPrompts(
        AttentionPromptSettings(
          count: try reader.count("adapter_len"), layers: try reader.count("adapter_layers")))
    case "BOTTLENECK": self = .bottleneck(try BottleneckSettings(&reader, file: file))
    default:
      throw AdapterError(
        .unsupported, context: "\(file): peft_type",
        expected: "LORA, ADALORA, VERA, IA3, PROMPT_TUNING, P_TUNING, PREFIX_TUNING, ADAPTION_PROMPT or BOTTLENECK",
        found: type)
    }
  }

  private static func requireNoBiases(
    _ reader: inout AdapterConfigurationReader, _ file: String
  ) throws(AdapterError) {
    let biases = try reader.text("bias") ?? "none"
    guard biases == "none" else {
      throw AdapterError(.unsupported, context: "\(file): bias", expected: "none", found: biases)
    }
  }
}

extension RankBudget {
  init(_ reader: inout AdapterConfigurationReader) throws(AdapterError) {
    self.init(
      target: try reader.count("target_r", or: 8), warmUp: try reader.whole("tinit", or: 0),
      final: try reader.whole("tfinal", or: 0), interval: try reader.count("deltaT", or: 1),
      sensitivityDecay: try reader.number("beta1", or: 0.85), uncertaintyDecay: try reader.number("beta2", or: 0.85),
      orthogonality: try reader.number("orth_reg_weight", or: 0.5), steps: try reader.whole("total_step", or: 1))
  }
}

extension LoRASettings {
  init(_ reader: inout AdapterConfigurationReader, file: String) throws(AdapterError) {
    try self.init(ranked: &reader, file: file)
    for (pattern, node) in try reader.patterns("rank_pattern") {
      rankPattern.append((pattern, try AdapterConfigurationReader.count(node, "\(file): rank_pattern")))
    }
  }

  /// All but the ranks of single modules, which AdaLoRA writes in another form.
  init(ranked reader: inout AdapterConfigurationReader, file: String) throws(AdapterError) {
    self.init(targets: try reader.texts("target_modules"))
    rank = try reader.count("r", or: 8)
    alpha = try reader.number("lora_alpha", or: 8)
    dropout = try reader.number("lora_dropout", or: 0)
    scaling = try reader.flag("use_rslora") ? .byRootOfRank : .byRank
    form = try reader.flag("use_dora") ? .decomposed : .sum
    let bias = try reader.text("bias") ?? "none"
    guard let biases = Biases(rawValue: bias) else {
      throw AdapterError(
        .invalidConfiguration, context: "\(file): bias", expected: "none, all or lora_only", found: bias)
    }
    self.biases = biases
    for (pattern, node) in try reader.patterns("alpha_pattern") {
      alphaPattern.append(
        (pattern, try AdapterError.converting { () throws(FormatError) in Float(try node.double) }))
    }
    // How the base keeps its matrices is known from the base.
    _ = reader.node("fan_in_fan_out")
    try LoRASettings.requireUntouchedBase(&reader, file)
  }

  /// Some ways to begin change the base; PEFT can store such an adapter so that it fits the base as it was, and then
  /// says `true` here.
  private static func requireUntouchedBase(
    _ reader: inout AdapterConfigurationReader, _ file: String
  ) throws(AdapterError) {
    guard let node = reader.node("init_lora_weights"), case .string(let name)? = node.value else { return }
    guard !["gaussian", "eva", "orthogonal", "lora_ga"].contains(name.lowercased()) else { return }
    throw AdapterError(
      .unsupported, context: "\(file): init_lora_weights", expected: "a way to begin that leaves the base as it is",
      found: name,
      hint: "Save the adapter with path_initial_model_for_weight_conversion, which makes it fit the original base.")
  }
}

extension PromptSettings {
  init(_ reader: inout AdapterConfigurationReader) throws(AdapterError) {
    self.init(
      count: try reader.count("num_virtual_tokens"), width: try reader.count("token_dim"),
      layers: try reader.count("num_layers"), heads: try reader.count("num_attention_heads"))
    let parts = try reader.count("num_transformer_submodules", or: 1)
    guard parts <= 2 else {
      throw AdapterError(
        .unsupported, context: "num_transformer_submodules", expected: "1, or 2 for an encoder with a decoder",
        found: "\(parts)")
    }
  }
}

extension BottleneckSettings {
  init(_ reader: inout AdapterConfigurationReader, file: String) throws(AdapterError) {
    let name = try reader.text("placement") ?? Placement.both.rawValue
    guard let placement = Placement(rawValue: name) else {
      throw AdapterError(
        .invalidConfiguration, context: "\(file): placement", expected: "both or feedForward", found: name)
    }
    self.init(
      placement: placement, width: try reader.count("bottleneck_size"), scale: try reader.number("scaling", or: 1))
  }
}
