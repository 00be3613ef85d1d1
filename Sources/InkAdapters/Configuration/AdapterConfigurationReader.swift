import InkFormats

/// Reads the keys of `adapter_config.json` and knows which were asked for, so that others are named.
struct AdapterConfigurationReader {
  private let root: JSONNode
  private let file: String
  private var asked: Set<String> = []

  init(_ root: JSONNode, file: String) {
    self.root = root
    self.file = file
  }

  /// Keys that say nothing about what is computed with a finished adapter.
  private static let inert: Set<String> = [
    "auto_mapping", "inference_mode", "peft_version", "revision", "peft_type", "layers_pattern", "layers_to_transform",
    "exclude_modules", "megatron_core", "megatron_config", "loftq_config", "eva_config", "corda_config",
    "lora_ga_config", "qalora_group_size", "runtime_config", "ensure_weight_tying", "init_weights",
    "init_ia3_weights",
    "prompt_tuning_init", "prompt_tuning_init_text", "tokenizer_kwargs", "tokenizer_name_or_path", "encoder_dropout",
    "vera_dropout", "inkstone",
  ]

  mutating func node(_ key: String) -> JSONNode? {
    asked.insert(key)
    return root[key].ifPresent
  }

  mutating func text(_ key: String) throws(AdapterError) -> String? {
    guard let node = node(key) else { return nil }
    return try AdapterError.converting { () throws(FormatError) in try node.string }
  }

  mutating func flag(_ key: String) throws(AdapterError) -> Bool {
    guard let node = node(key) else { return false }
    return try AdapterError.converting { () throws(FormatError) in try node.bool }
  }

  /// A number of things; at most so many that memory and arithmetic bear it.
  mutating func count(_ key: String, or other: Int? = nil) throws(AdapterError) -> Int {
    guard let node = node(key) else {
      guard let other else { throw missing(key, "a number from 1 on") }
      return other
    }
    return try AdapterConfigurationReader.count(node, "\(file): \(key)")
  }

  /// A number from zero on.
  mutating func whole(_ key: String, or other: Int) throws(AdapterError) -> Int {
    guard let node = node(key) else { return other }
    let value = try AdapterError.converting { () throws(FormatError) in try node.int }
    guard (0...1 << 48).contains(value) else {
      throw AdapterError(
        .invalidConfiguration, context: "\(file): \(key)", expected: "a number from 0 to 2^48", found: "\(value)")
    }
    return value
  }

  static func count(_ node: JSONNode, _ place: String) throws(AdapterError) -> Int {
    let value = try AdapterError.converting { () throws(FormatError) in try node.int }
    guard (1...(1 << 24)).contains(value) else {
      throw AdapterError(
        .invalidConfiguration, context: place, expected: "a number from 1 to \(1 << 24)", found: "\(value)")
    }
    return value
  }

  mutating func number(_ key: String, or other: Float) throws(AdapterError) -> Float {
    guard let node = node(key) else { return other }
    return try AdapterError.converting { () throws(FormatError) in Float(try node.double) }
  }

  /// A list of texts, or one text.
  mutating func texts(_ key: String) throws(AdapterError) -> [String] {
    guard let node = node(key) else { return [] }
    if case .string(let text)? = node.value { return [text] }
    return try AdapterError.converting { () throws(FormatError) in
      var list: [String] = []
      for element in try node.array { list.append(try element.string) }
      return list
    }
  }

  /// The members of an object whose keys are patterns of module names.
  mutating func patterns(_ key: String) throws(AdapterError) -> [(ModulePattern, JSONNode)] {
    guard let node = node(key) else { return [] }
    let members = try AdapterError.converting { () throws(FormatError) in try node.members }
    var found: [(ModulePattern, JSONNode)] = []
    for (name, value) in members {
      guard let pattern = ModulePattern(name) else {
        throw AdapterError(
          .unsupported, context: "\(file): \(key)", expected: "the end of a module's name", found: name,
          hint: "Regular expressions are not read here.")
      }
      found.append((pattern, value))
    }
    return found
  }

  /// Fails where a key says something that nobody asked about and that may change what is computed.
  func requireAllAsked() throws(AdapterError) {
    let members = try AdapterError.converting { () throws(FormatError) in try root.members }
    for (key, node) in members where !asked.contains(key) && !AdapterConfigurationReader.inert.contains(key) {
      guard AdapterConfigurationReader.saysNothing(node.value) else {
        throw AdapterError(
          .unsupported, context: "\(file): \(key)", expected: "nothing, false or an empty list",
          found: AdapterConfigurationReader.shown(node.value),
          hint: "This setting may change what the adapter computes and is not known here.")
      }
    }
  }

  func missing(_ key: String, _ expected: String) -> AdapterError {
    AdapterError(.invalidConfiguration, context: "\(file): \(key)", expected: expected, found: "nothing")
  }

  private static func saysNothing(_ value: JSONTree?) -> Bool {
    switch value {
    case nil, .null?, .bool(false)?: true
    case .array(let elements)?: elements.isEmpty
    case .object(let object)?: object.keys.isEmpty
    case .bool(true)?, .number?, .string?: false
    }
  }

  private static func shown(_ value: JSONTree?) -> String {
    switch value {
    case nil, .null?: "nothing"
    case .bool(let flag)?: "\(flag)"
    case .number(let text)?: String(text.prefix(40))
    case .string(let text)?: "\"\(text.prefix(80))\""
    case .array?: "a list"
    case .object?: "an object"
    }
  }
}
