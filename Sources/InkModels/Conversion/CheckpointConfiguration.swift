import InkFormats
import InkNN
import InkTensor

/// `config.json` made from GGUF metadata.
struct CheckpointConfiguration {
  private let form: CheckpointForm
  private let settings: JSONNode
  private let metadata: GGUFMetadata

  init(_ form: CheckpointForm, _ configuration: ModelConfiguration, _ metadata: GGUFMetadata) {
    self.form = form
    self.settings = configuration.node
    self.metadata = metadata
  }

  /// The object, with the ids of special tokens and the type of the weights.
  func object(types: [TensorInfo]) throws(ModelLoadError) -> JSONObject {
    var object = JSONObject()
    object["architectures"] = .array([.string(form.className)])
    object["model_type"] = .string(form.modelType)
    for key in form.keys {
      guard let value = settings[key].value else { continue }
      object[key] = key == "rope_scaling" ? try rotaryScaling() : CheckpointConfiguration.readable(value)
    }
    for (key, value) in form.fixed { object[key] = value }
    for (key, name) in [("bos", "bos_token_id"), ("eos", "eos_token_id"), ("padding", "pad_token_id")] {
      if let id = metadata["tokenizer.ggml.\(key)_token_id"]?.int { object[name] = .number(String(id)) }
    }
    object["torch_dtype"] = .string(CheckpointConfiguration.torchName(types))
    return object
  }

  /// A number that was stored in single precision, with no more digits than it has.
  private static func readable(_ value: JSONTree) -> JSONTree {
    guard case .number(let text) = value, Int(text) == nil, let number = Double(text), Double(Float(number)) == number
    else { return value }
    return .number(String(Float(number)))
  }

  /// The type of the matrices, which is that of most of the bytes.
  static func torchName(_ tensors: [TensorInfo]) -> String {
    var bytes: [ElementType: Int] = [:]
    for info in tensors { bytes[info.type, default: 0] += info.byteCount }
    switch bytes.max(by: { $0.value < $1.value })?.key {
    case .dense(.f16)?: return FolderRewriting.torchName(.f16)
    case .dense(.bf16)?: return FolderRewriting.torchName(.bf16)
    default: return FolderRewriting.torchName(.f32)
    }
  }

  private func rotaryScaling() throws(ModelLoadError) -> JSONTree {
    guard case .object(let scaling)? = settings["rope_scaling"].value, case .string(let type)? = scaling["rope_type"]
    else { return .null }
    var object = JSONObject()
    switch type {
    case "divided": return try llama3(scaling)
    case "yarn":
      object = scaling
      if case .number(let text)? = scaling["attention_multiplier"], let multiplier = Double(text),
        case .number(let factorText)? = scaling["factor"], let factor = Double(factorText)
      {
        object["attention_multiplier"] = nil
        object["attention_factor"] = .number(String(multiplier * RotaryEmbedding.YaRN.magnitude(factor, scale: 1)))
      }
    default: object = scaling
    }
    for key in object.keys {
      if let value = object[key] { object[key] = CheckpointConfiguration.readable(value) }
    }
    if case .number(let text)? = object["original_max_position_embeddings"], let number = Double(text),
      let whole = Int(exactly: number)
    {
      object["original_max_position_embeddings"] = .number(String(whole))
    }
    return .object(object)
  }

  /// The settings of LLaMA 3.1 whose divisors are these. GGUF stores only the divisors; the published models differ in
  /// the factor alone.
  private func llama3(_ scaling: JSONObject) throws(ModelLoadError) -> JSONTree {
    guard case .array(let list)? = scaling["factors"] else { return .null }
    let factors = list.compactMap { if case .number(let text) = $0 { Float(text) } else { nil } }
    let configuration = ModelConfiguration(settings)
    let base = try configuration.number("rope_theta", default: 10_000)
    let factor = Double(factors.max() ?? 1)
    var rotary = RotaryEmbedding(width: 2 * factors.count, base: base)
    // 8192 is that of the published models; the others are tried after it.
    for context in [8192] + (4...20).map({ 1 << $0 }) {
      rotary.scaling = .llama3(
        factor: factor, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContext: context)
      guard zip(rotary.divisors, factors).allSatisfy({ ($0 - $1).magnitude <= 1e-5 * $1.magnitude }) else { continue }
      var object = JSONObject()
      object["rope_type"] = .string("llama3")
      object["factor"] = .number(String(factor))
      object["low_freq_factor"] = .number("1.0")
      object["high_freq_factor"] = .number("4.0")
      object["original_max_position_embeddings"] = .number(String(context))
      return .object(object)
    }
    throw ModelLoadError(
      .unsupported, context: "rope_freqs.weight", expected: "the divisors of LLaMA 3.1", found: "other ones",
      hint: "config.json has no words for them.")
  }
}
