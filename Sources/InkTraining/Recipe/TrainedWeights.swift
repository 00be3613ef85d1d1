/// Which weights a run changes.
public enum TrainedWeights: Sendable, Hashable {
  /// All of the model but those that the patterns name.
  case full(freeze: [String])
  /// Biases alone (Ben Zaken et al., 2022, "BitFit").
  case biases
  /// Those of an adapter; the model's own stay.
  case adapter(AdapterChoice)

  /// How many times the rate of their first matrices the second ones of low-rank adapters have.
  var loraRatio: Double {
    switch self {
    case .adapter(let choice):
      if case .lora(let settings) = choice.method { settings.ratio } else { 1 }
    case .full, .biases: 1
    }
  }

  /// Positions that virtual tokens of an adapter take.
  var virtualTokenCount: Int {
    switch self {
    case .full, .biases: 0
    case .adapter(let choice):
      switch choice.method {
      case .prompt(let length, _), .pTuning(let length, _, _), .prefix(let length, _): length
      case .lora, .adaLoRA, .vera, .ia3, .bottleneck, .llamaAdapter: 0
      }
    }
  }

  private enum Method: String, CaseIterable {
    case full, bitfit, lora, vera, ia3, prompt, prefix
    case bottleneck = "adapter"
    case pTuning = "p_tuning"
    case adaLoRA = "adalora"
    case llamaAdapter = "llama_adapter"
  }

  init(_ reader: inout RecipeReader) throws(TrainingError) {
    guard var part = try reader.part("train") else {
      self = .full(freeze: [])
      return
    }
    switch try part.choice("method", of: Method.self) ?? .full {
    case .full: self = .full(freeze: try part.texts("freeze") ?? [])
    case .bitfit: self = .biases
    case .lora: self = .adapter(try AdapterChoice(.lora(try LowRankChoice(&part)), &part))
    case .adaLoRA: self = .adapter(try AdapterChoice(.adaLoRA(try RankChoice(&part)), &part))
    case .vera: self = .adapter(try AdapterChoice(try .vera(&part), &part))
    case .ia3: self = .adapter(try AdapterChoice(try .ia3(&part), &part))
    case .bottleneck: self = .adapter(try AdapterChoice(try .bottleneck(&part), &part))
    case .prompt: self = .adapter(try AdapterChoice(try .prompt(&part), &part))
    case .pTuning: self = .adapter(try AdapterChoice(try .pTuning(&part), &part))
    case .llamaAdapter: self = .adapter(try AdapterChoice(try .llamaAdapter(&part), &part))
    case .prefix: self = .adapter(try AdapterChoice(try .prefix(&part), &part))
    }
    try part.finish()
  }
}
