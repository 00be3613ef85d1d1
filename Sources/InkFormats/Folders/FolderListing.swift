/// Finds the parts of a model folder by their published names.
enum FolderListing {
  /// The longest chat template that is read.
  static let maximumTemplateByteCount = 16 << 20

  /// Safetensors before GGUF before PyTorch; a single file before shards, as the reference loader does.
  static func weights(_ folder: String, _ names: [String]) throws(FormatError) -> ModelWeights {
    if names.contains("model.safetensors") { return .safetensors(StoredFile.join(folder, "model.safetensors")) }
    if names.contains("model.safetensors.index.json") {
      return .shardedSafetensors(index: StoredFile.join(folder, "model.safetensors.index.json"))
    }
    if let path = try onlyGGUF(folder, names) { return .gguf(path) }
    if names.contains("pytorch_model.bin") { return .pyTorch(StoredFile.join(folder, "pytorch_model.bin")) }
    if names.contains("pytorch_model.bin.index.json") {
      return .shardedPyTorch(index: StoredFile.join(folder, "pytorch_model.bin.index.json"))
    }
    let loose = names.filter { $0.hasSuffix(".safetensors") && !$0.hasPrefix("adapter_") }
    if loose.count == 1 { return .safetensors(StoredFile.join(folder, loose[0])) }
    try refuseOtherPickles(folder, names)
    throw FormatError(
      .missing, file: folder, context: "weights",
      expected: "model.safetensors, pytorch_model.bin, an index of either or a .gguf file", found: summary(names),
      hint: "The model was not downloaded whole, or this is the folder of something else.")
  }

  /// Pickled weights under names that say another layout.
  private static func refuseOtherPickles(_ folder: String, _ names: [String]) throws(FormatError) {
    if let part = names.first(where: { $0.hasPrefix("consolidated.") && $0.hasSuffix(".pth") }) {
      throw FormatError(
        .unsupported, file: StoredFile.join(folder, part), expected: "weights in Hugging Face layout",
        found: "the parts of an original LLaMA checkpoint", hint: "Use the version of the model for transformers.")
    }
    if let part = names.first(where: { $0.hasPrefix("pytorch_model-") && $0.hasSuffix(".bin") }) {
      throw FormatError(
        .missing, file: folder, context: "pytorch_model.bin.index.json", expected: "the index of \(part)",
        hint: "The model was not downloaded whole.")
    }
    if let other = names.first(where: { $0.hasSuffix(".pt") || $0.hasSuffix(".pth") }) {
      throw FormatError(
        .unsupported, file: StoredFile.join(folder, other), expected: "pytorch_model.bin or its index",
        found: "PyTorch weights under another name", hint: "Rename the file if it is the state_dict of this model.")
    }
  }

  private static func onlyGGUF(_ folder: String, _ names: [String]) throws(FormatError) -> String? {
    let first = names.filter { $0.hasSuffix(".gguf") && GGUFShardName($0)?.number ?? 1 == 1 }
    guard first.count < 2 else {
      throw FormatError(
        .duplicate, file: folder, context: "weights", expected: "one GGUF model",
        found: first.prefix(4).joined(separator: ", "), hint: "Name the file instead of the folder.")
    }
    return first.first.map { StoredFile.join(folder, $0) }
  }

  /// Files of their own come before what `tokenizer_config.json` holds: that is how newer folders override it.
  static func chatTemplates(
    _ folder: String, _ names: [String], _ tokenizerConfig: JSONNode?
  ) throws(FormatError) -> [StoredTemplate] {
    var templates: [StoredTemplate] = []
    if names.contains("chat_template.jinja") {
      templates.append(StoredTemplate(source: try text(StoredFile.join(folder, "chat_template.jinja"))))
    } else if names.contains("chat_template.json") {
      let root = try JSONDocument.open(StoredFile.join(folder, "chat_template.json")).root
      templates.append(contentsOf: try templatesFrom(root["chat_template"]))
    } else if let node = tokenizerConfig?["chat_template"].ifPresent {
      templates.append(contentsOf: try templatesFrom(node))
    }
    let extra = StoredFile.join(folder, "additional_chat_templates")
    for name in StoredFile.list(extra) ?? [] where name.hasSuffix(".jinja") {
      templates.append(
        StoredTemplate(name: String(name.dropLast(6)), source: try text(StoredFile.join(extra, name))))
    }
    return templates.filter { $0.name == "default" } + templates.filter { $0.name != "default" }
  }

  private static func templatesFrom(_ node: JSONNode) throws(FormatError) -> [StoredTemplate] {
    if case .string(let source)? = node.value { return [StoredTemplate(source: source)] }
    guard case .array? = node.value else { throw node.mismatch("a template or a list of named templates") }
    var templates: [StoredTemplate] = []
    for element in try node.array {
      templates.append(StoredTemplate(name: try element["name"].string, source: try element["template"].string))
    }
    return templates
  }

  private static func text(_ path: String) throws(FormatError) -> String {
    let bytes = try StoredFile.read(path, limit: maximumTemplateByteCount)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw FormatError(.malformed, file: path, expected: "text in UTF-8", found: "other bytes")
    }
    return text
  }

  /// What a folder holds, for a message.
  static func summary(_ names: [String]) -> String {
    guard !names.isEmpty else { return "an empty folder" }
    let shown = names.prefix(6).joined(separator: ", ")
    return names.count > 6 ? "\(shown) and \(names.count - 6) more" : shown
  }
}
