package import InkFormats

extension AdapterConfiguration {
  /// The configuration as PEFT writes it; settings that stay out have its defaults.
  package var json: JSONObject {
    var object = JSONObject()
    object["peft_type"] = .string(typeName)
    object["base_model_name_or_path"] = base.map { .string($0) } ?? .null
    object["task_type"] = task.map { .string($0) } ?? .null
    object["inference_mode"] = .bool(true)
    switch method {
    case .lora(let settings):
      settings.write(into: &object)
    case .adaLoRA(let settings, let budget):
      settings.write(into: &object)
      // PEFT has the first rank under a name of its own and looks at nothing else.
      object["r"] = nil
      object["rank_pattern"] = .null
      object["init_r"] = .number(String(settings.rank))
      budget.write(into: &object)
    case .vera(let settings):
      object["target_modules"] = .array(settings.targets.map { .string($0) })
      object["r"] = .number(String(settings.rank))
      object["d_initial"] = .number("\(settings.initial)")
      object["projection_prng_key"] = .number(String(settings.seed))
      object["save_projection"] = .bool(true)
    case .ia3(let settings):
      object["target_modules"] = .array(settings.targets.map { .string($0) })
      object["feedforward_modules"] = .array(settings.feedForwardModules.map { .string($0) })
    case .promptTuning(let settings):
      settings.write(into: &object)
    case .pTuning(let settings, let encoder):
      settings.write(into: &object)
      object["encoder_reparameterization_type"] = .string(encoder.kind.rawValue)
      object["encoder_hidden_size"] = .number(String(encoder.width))
      object["encoder_num_layers"] = .number(String(encoder.layers))
    case .prefixTuning(let settings, let projection):
      settings.write(into: &object)
      // So PEFT knows that the decoder's keys are meant, and that the encoder stays as it is.
      if task == "SEQ_2_SEQ_LM" { object["num_transformer_submodules"] = .number("2") }
      switch projection {
      case .none: object["prefix_projection"] = .bool(false)
      case .perceptron(let width):
        object["prefix_projection"] = .bool(true)
        object["encoder_hidden_size"] = .number(String(width))
      }
    case .attentionPrompts(let settings):
      object["target_modules"] = .null
      object["adapter_len"] = .number(String(settings.count))
      object["adapter_layers"] = .number(String(settings.layers))
    case .bottleneck(let settings):
      object["placement"] = .string(settings.placement.rawValue)
      object["bottleneck_size"] = .number(String(settings.width))
      object["scaling"] = .number("\(settings.scale)")
    }
    if !savedModules.isEmpty { object["modules_to_save"] = .array(savedModules.map { .string($0) }) }
    return object
  }

  private var typeName: String {
    switch method {
    case .lora: "LORA"
    case .adaLoRA: "ADALORA"
    case .vera: "VERA"
    case .ia3: "IA3"
    case .promptTuning: "PROMPT_TUNING"
    case .pTuning: "P_TUNING"
    case .prefixTuning: "PREFIX_TUNING"
    case .attentionPrompts: "ADAPTION_PROMPT"
    case .bottleneck: "BOTTLENECK"
    }
  }
}

extension LoRASettings {
  fileprivate func write(into object: inout JSONObject) {
    object["target_modules"] = .array(targets.map { .string($0) })
    object["r"] = .number(String(rank))
    object["lora_alpha"] = .number(LoRASettings.digits(alpha))
    object["lora_dropout"] = .number("\(dropout)")
    object["bias"] = .string(biases.rawValue)
    object["use_rslora"] = .bool(scaling == .byRootOfRank)
    object["use_dora"] = .bool(form == .decomposed)
    var ranks = JSONObject()
    for (pattern, rank) in rankPattern { ranks[pattern.text] = .number(String(rank)) }
    object["rank_pattern"] = .object(ranks)
    var alphas = JSONObject()
    for (pattern, alpha) in alphaPattern { alphas[pattern.text] = .number(LoRASettings.digits(alpha)) }
    object["alpha_pattern"] = .object(alphas)
    object["init_lora_weights"] = .bool(true)
  }

  /// Whole numbers without a point, as PEFT has them.
  fileprivate static func digits(_ value: Float) -> String {
    Int(exactly: value).map { String($0) } ?? "\(value)"
  }
}

extension RankBudget {
  fileprivate func write(into object: inout JSONObject) {
    object["target_r"] = .number(String(target))
    object["tinit"] = .number(String(warmUp))
    object["tfinal"] = .number(String(final))
    object["deltaT"] = .number(String(interval))
    object["beta1"] = .number("\(sensitivityDecay)")
    object["beta2"] = .number("\(uncertaintyDecay)")
    object["orth_reg_weight"] = .number("\(orthogonality)")
    object["total_step"] = .number(String(steps))
  }
}

extension PromptSettings {
  fileprivate func write(into object: inout JSONObject) {
    object["num_virtual_tokens"] = .number(String(count))
    object["token_dim"] = .number(String(width))
    object["num_layers"] = .number(String(layers))
    object["num_attention_heads"] = .number(String(heads))
    object["num_transformer_submodules"] = .number("1")
  }
}
