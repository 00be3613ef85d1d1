import InkFormats
import InkTensor

/// The tensors of an adapter by module and part.
struct AdapterTensors {
  /// What a tensor is to its module.
  enum Part: Hashable, CaseIterable {
    case down, up, singularValues, magnitude
    case tableDown, tableUp
    case factors
    case vectorBetween, vectorBehind
    case attentionPrompt, attentionGate
    case bottleneckDown, bottleneckDownBias, bottleneckUp, bottleneckUpBias
    /// What PEFT stores of the base beside a changed embedding.
    case baseWeight
    case weight, bias

    /// How the name goes on behind the module's; the first is written.
    var endings: [String] {
      switch self {
      case .down: [".lora_A.weight", ".lora_A"]
      case .up: [".lora_B.weight", ".lora_B"]
      case .singularValues: [".lora_E"]
      case .magnitude: [".lora_magnitude_vector", ".lora_magnitude_vector.weight"]
      case .tableDown: [".lora_embedding_A"]
      case .tableUp: [".lora_embedding_B"]
      case .factors: [".ia3_l"]
      case .vectorBetween: [".vera_lambda_d"]
      case .vectorBehind: [".vera_lambda_b"]
      case .attentionPrompt: [".adaption_prompt"]
      case .attentionGate: [".adaption_gate"]
      case .bottleneckDown: [".adapter_down.weight"]
      case .bottleneckDownBias: [".adapter_down.bias"]
      case .bottleneckUp: [".adapter_up.weight"]
      case .bottleneckUpBias: [".adapter_up.bias"]
      case .baseWeight: [".base_layer.weight"]
      case .weight: [".modules_to_save.weight", ".weight"]
      case .bias: [".modules_to_save.bias", ".base_layer.bias", ".bias"]
      }
    }
  }

  /// What stands before the names of the model's modules. PEFT puts a layer of its own around a model whose modules it
  /// changes.
  static func prefix(_ method: AdapterMethod) -> String {
    method.hasVirtualTokens ? "base_model." : "base_model.model."
  }
  /// Shared matrices of VeRA.
  static let sharedDown = "base_model.vera_A"
  static let sharedUp = "base_model.vera_B"
  static let prompt = "prompt_embeddings"

  /// The modules in the order of the file.
  private(set) var modules: [String] = []
  private var stored: [String: [Part: StoredTensor]] = [:]
  /// Tensors of no module, by their names.
  private(set) var others: [String: StoredTensor] = [:]
  private let path: String
  /// What stands before the names of modules.
  let prefix: String

  /// - Throws: `unusedTensor` for a name that no method has.
  init(_ adapter: StoredAdapter) throws(AdapterError) {
    path = adapter.path
    prefix = AdapterTensors.prefix(adapter.configuration.method)
    for name in adapter.tensors.tensorNames {
      let tensor = try AdapterError.converting { () throws(FormatError) in try adapter.tensors.stored(name) }
      if [AdapterTensors.sharedDown, AdapterTensors.sharedUp, AdapterTensors.prompt].contains(name) {
        others[name] = tensor
        continue
      }
      // With all biases PEFT stores those of the base too where a module is trained whole; nothing reads them.
      if name.contains(AdapterTensors.original) { continue }
      guard name.hasPrefix(prefix), let (module, part) = AdapterTensors.split(name, prefix) else {
        throw AdapterError(
          .unusedTensor, context: "\(adapter.path): tensor \"\(name.prefix(200))\"",
          hint: "The adapter holds something that its method does not have here.")
      }
      if stored[module] == nil { modules.append(module) }
      stored[module, default: [:]][part] = tensor
    }
  }

  private static func split(_ name: String, _ prefix: String) -> (module: String, part: Part)? {
    for part in Part.allCases {
      for ending in part.endings where name.hasSuffix(ending) {
        let module = name.dropFirst(prefix.count).dropLast(ending.count)
        return module.isEmpty ? nil : (AdapterTensors.named(module), part)
      }
    }
    return nil
  }

  private static let original = ".original_module."

  /// The name of a module without the layers that PEFT puts around one that is trained whole.
  private static func named(_ module: Substring) -> String {
    String(module).replacing(".modules_to_save.default.", with: ".").replacing(".modules_to_save.", with: ".")
  }

  /// The module that a tensor is such a part of.
  static func module(of name: String, _ part: Part, prefix: String) -> String? {
    guard name.hasPrefix(prefix), let (module, found) = split(name, prefix), found == part else { return nil }
    return module
  }

  /// The parts of a module.
  func parts(of module: String) -> Set<Part> { Set((stored[module] ?? [:]).keys) }

  func name(_ part: Part, of module: String) -> String { stored[module]?[part]?.name ?? module + part.endings[0] }

  /// A tensor as it is stored.
  func stored(_ part: Part, of module: String) -> StoredTensor? { stored[module]?[part] }

  /// A tensor in f32.
  func tensor(_ part: Part, of module: String) throws(AdapterError) -> Tensor? {
    guard let tensor = stored[module]?[part] else { return nil }
    return try AdapterError.converting { () throws(FormatError) in try tensor.float32() }
  }

  /// A matrix in f32.
  ///
  /// - Throws: `missingTensor`, `shapeMismatch`.
  func matrix(_ part: Part, of module: String) throws(AdapterError) -> Tensor {
    guard let tensor = try tensor(part, of: module) else {
      throw AdapterError(
        .missingTensor, context: "\(path): \(prefix)\(module)\(part.endings[0])",
        hint: "The file is incomplete.")
    }
    guard tensor.shape.rank == 2, tensor.shape[0] > 0, tensor.shape[1] > 0 else {
      throw AdapterError(
        .shapeMismatch, context: "\(path): \(name(part, of: module))", expected: "a matrix", found: "\(tensor.shape)")
    }
    return tensor
  }
}
