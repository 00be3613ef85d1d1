import InkFormats

/// How vectors are made of an encoder's states, as the files that Sentence Transformers reads beside a model.
struct SentenceFiles {
  /// The files that stand in the model's folder itself.
  static let names = ["modules.json", "sentence_bert_config.json", "config_sentence_transformers.json"]

  private let spec: SentenceSpec
  private let width: Int

  /// - Parameter width: elements of the encoder's states.
  init(_ spec: SentenceSpec, width: Int) {
    self.spec = spec
    self.width = width
  }

  /// Writes them.
  ///
  /// - Throws: `unsupported` for linear maps, whose weights lie in folders of their own; `cannotWrite`.
  func write(into output: ExportFolder) throws(FormatError) {
    var modules = [module("Transformer", folder: "", number: 0), module("Pooling", folder: "1_Pooling", number: 1)]
    for step in spec.steps {
      switch step {
      case .normalize:
        modules.append(module("Normalize", folder: "\(modules.count)_Normalize", number: modules.count))
        try output.makeFolder("\(modules.count - 1)_Normalize")
      case .dense(let dense):
        throw FormatError(
          .unsupported, file: dense.folder, expected: "vectors made by pooling alone", found: "a linear map")
      }
    }
    try output.write(JSONWriter.bytes(.array(modules), layout: .indented) + [0x0a], to: "modules.json")
    var text = JSONObject()
    if let count = spec.maximumTokens { text["max_seq_length"] = .number("\(count)") }
    text["do_lower_case"] = .bool(spec.letters == .lowercased)
    try output.write(text, to: "sentence_bert_config.json")
    try output.makeFolder("1_Pooling")
    try output.write(pooling, to: "1_Pooling/config.json")
    guard !spec.prompts.isEmpty || spec.defaultPrompt != nil else { return }
    var (settings, prompts) = (JSONObject(), JSONObject())
    for (name, prompt) in spec.prompts.sorted(by: { $0.key < $1.key }) { prompts[name] = .string(prompt) }
    settings["prompts"] = .object(prompts)
    settings["default_prompt_name"] = spec.defaultPrompt.map { .string($0) } ?? .null
    try output.write(settings, to: "config_sentence_transformers.json")
  }

  private func module(_ kind: String, folder: String, number: Int) -> JSONTree {
    var object = JSONObject()
    object["idx"] = .number("\(number)")
    object["name"] = .string("\(number)")
    object["path"] = .string(folder)
    object["type"] = .string("sentence_transformers.models.\(kind)")
    return .object(object)
  }

  /// A flag for each way of pooling, which all versions read.
  private var pooling: JSONObject {
    let flags: [(key: String, pooling: SentenceSpec.Pooling)] = [
      ("pooling_mode_cls_token", .first), ("pooling_mode_mean_tokens", .mean), ("pooling_mode_max_tokens", .largest),
      ("pooling_mode_mean_sqrt_len_tokens", .meanOverRoot), ("pooling_mode_weightedmean_tokens", .weightedMean),
      ("pooling_mode_lasttoken", .last),
    ]
    var object = JSONObject()
    object["word_embedding_dimension"] = .number("\(width)")
    for (key, pooling) in flags { object[key] = .bool(spec.poolings.contains(pooling)) }
    object["include_prompt"] = .bool(true)
    return object
  }
}
