import InkChat
package import InkFormats
import InkInference
import InkModels
import InkTensor

/// What a model's files say, read without touching the weights.
package struct ModelDescription: Sendable {
  /// How much is said about tensors.
  package enum Tensors: Sendable { case counted, listed }

  /// The run whose memory is predicted.
  package struct Run: Sendable {
    /// Tokens of a sequence; nil for the model's context.
    package let context: Int?
    /// Sequences at a time.
    package let batch: Int
    /// Bytes of the program before it opens a model.
    package let program: Int

    /// A run from its settings.
    package init(context: Int?, batch: Int, program: Int) {
      self.context = context
      self.batch = batch
      self.program = program
    }
  }

  /// Tokens of a sequence where neither the model nor the run says how many.
  private static let usualContext = 512

  /// The run whose memory is predicted, if one is.
  package var run: Run?
  /// Bytes that the tokenizer is expected to take.
  private let tokenizerBytes: Int
  private let path: String
  private let format: String
  private let architecture: String
  /// The model's own name, when the files give one.
  private let title: String?
  /// The model's parts, or why this program does not run it.
  private let spec: Result<ModelSpec, ModelLoadError>
  private let infos: [TensorInfo]
  private let weights: WeightInventory
  private let template: Bool
  private let metadata: [JSONMember]

  /// Reads the files of a model.
  ///
  /// - Throws: what opening a folder or a GGUF file throws.
  package init(_ resolved: ResolvedModel) throws(FormatError) {
    switch resolved.content {
    case .gguf(let paths): try self.init(gguf: paths.first ?? "")
    case .folder(let folder): try self.init(folder: folder)
    }
  }

  private init(gguf path: String) throws(FormatError) {
    let model = try GGUFModel.open(path)
    let metadata = model.metadata
    self.path = path
    format = model.files.count == 1 ? "GGUF" : "GGUF in \(model.files.count) files"
    architecture =
      metadata.contains("general.architecture") ? try metadata.string(for: "general.architecture") : "not named"
    tokenizerBytes = MemoryOfTokenizer.bytes(metadata)
    title = metadata.contains("general.name") ? try metadata.string(for: "general.name") : nil
    infos = model.tensorNames.compactMap { model.info($0) }
    weights = WeightInventory(infos)
    template = metadata.contains("tokenizer.chat_template")
    self.metadata = metadata.keys.compactMap { key in metadata[key].map { JSONMember(key, MetadataReport.json($0)) } }
    do throws(ModelLoadError) {
      spec = .success(try ModelSpec(model, architecture: architecture))
    } catch {
      spec = .failure(error)
    }
  }

  private init(folder path: String) throws(FormatError) {
    let folder = try ModelFolder.open(path)
    let source = try folder.weights.open()
    self.path = path
    switch folder.weights {
    case .safetensors: format = "safetensors"
    case .shardedSafetensors: format = "safetensors in several files"
    case .pyTorch: format = "PyTorch"
    case .shardedPyTorch: format = "PyTorch in several files"
    case .gguf: format = "GGUF in a folder"
    }
    let modelType = folder.config["model_type"]
    architecture = modelType.ifPresent == nil ? "not named" : try modelType.string
    tokenizerBytes = MemoryOfTokenizer.bytes(files: folder.tokenizerFiles.map(\.path))
    title = nil
    infos = source.tensorNames.compactMap { source.info($0) }
    template = !folder.chatTemplates.isEmpty
    metadata = try folder.config.members.map { JSONMember($0.key, MetadataReport.json($0.node.value ?? .null)) }
    var decoding = WeightDecoding.asStored
    do throws(ModelLoadError) {
      decoding = try ModelConfiguration(folder.config).weightDecoding()
      spec = .success(try ModelSpec(folder, stored: source))
    } catch {
      spec = .failure(error)
    }
    weights = WeightInventory(source, decoding)
  }

  private var parameterCount: Int { weights.decoded.reduce(0) { $0 + $1.shape.elementCount } }
  private var bytes: Int { infos.reduce(0) { $0 + $1.byteCount } }

  private var sizes: [(label: String, key: String, value: Int)] {
    guard case .success(let spec) = spec else { return [] }
    return spec.sizes
  }

  /// The memory of the run, if one is to be predicted and the model is known.
  private var memory: [(label: String, key: String, value: Int)] {
    guard case .success(let spec) = spec else { return [] }
    let run = run ?? Run(context: nil, batch: 1, program: 0)
    let estimate = MemoryEstimate(
      model: spec, tensors: weights, context: run.context ?? spec.contextLength ?? ModelDescription.usualContext,
      batch: run.batch, rows: spec.writer == nil ? SentenceEncoder.rowsOfStep : LanguageModel.promptChunk)
    var rows: [(String, String, Int)] = []
    if estimate.cachePerToken > 0 { rows.append(("cache per token", "cache_bytes_per_token", estimate.cachePerToken)) }
    if self.run != nil {
      rows += [
        ("memory: weights", "memory_weights", estimate.weights), ("memory: cache", "memory_cache", estimate.cache),
        ("memory: workspace", "memory_workspace", estimate.workspace),
        ("memory: program, tokenizer", "memory_program", run.program + tokenizerBytes),
        ("memory: all", "memory_all", estimate.total + run.program + tokenizerBytes),
      ]
    }
    return rows.map { (label: $0.0, key: $0.1, value: $0.2) }
  }

  /// What the parts of the model are, in words.
  private var words: [SpecLine] {
    guard case .success(let spec) = spec else { return [] }
    return spec.words
  }

  /// The JSON object.
  package func json(tensors: Tensors) -> Report {
    var members = [
      JSONMember("path", .string(path)), JSONMember("format", .string(format)),
      JSONMember("architecture", .string(architecture)), JSONMember("name", .text(title)),
    ]
    switch spec {
    case .success:
      members.append(JSONMember("supported", true))
      if let kind = EncoderRegistry.kind(of: architecture) { members.append(JSONMember("kind", .string(kind))) }
    case .failure(let error): members += [JSONMember("supported", false), JSONMember("reason", .string("\(error)"))]
    }
    members += [JSONMember("parameters", .whole(parameterCount)), JSONMember("bytes", .whole(bytes))]
    members += sizes.map { JSONMember($0.key, .whole($0.value)) }
    members += words.map { JSONMember($0.part.replacing("-", with: "_"), .string($0.text)) }
    members += memory.map { JSONMember($0.key, .whole($0.value)) }
    members.append(JSONMember("chat_template", .boolean(template)))
    members.append(JSONMember("tensors", .whole(infos.count)))
    members.append(
      JSONMember(
        "tensor_types",
        .array(
          TensorHistogram(infos).entries.map { entry in
            [
              "type": .string(entry.type), "tensors": .whole(entry.tensors), "parameters": .whole(entry.parameters),
              "bytes": .whole(entry.bytes),
            ]
          })))
    members.append(JSONMember("metadata", .object(metadata)))
    if tensors == .listed { members.append(JSONMember("tensor_list", .array(infos.map(Self.json)))) }
    return .object(members)
  }

  private static func json(_ info: TensorInfo) -> Report {
    [
      "name": .string(info.name), "type": .string(TensorHistogram.name(info.type)),
      "shape": .array(info.shape.array.map { .whole($0) }), "bytes": .whole(info.byteCount),
    ]
  }

  /// The page for a person.
  package func lines(tensors: Tensors) -> [String] {
    var rows = [["file", path], ["format", format], ["architecture", architecture]]
    if let title { rows.append(["name", title]) }
    rows.append(["parameters", Amount.count(parameterCount)])
    rows.append(["weights", Amount.bytes(UInt64(max(bytes, 0)))])
    rows += sizes.map { [$0.label, Amount.count($0.value)] }
    rows += words.map { [$0.part, $0.text] }
    rows += memory.map { [$0.label, Amount.bytes(UInt64(max($0.value, 0)))] }
    rows.append(["chat template", template ? "yes" : "none"])
    switch spec {
    case .success: if let kind = EncoderRegistry.kind(of: architecture) { rows.append(["kind", kind]) }
    case .failure(let error): rows.append(["cannot be run", "\(error)"])
    }
    var lines = TextTable.lines(rows, alignments: [.left, .left])
    lines += ["", "\(infos.count) tensors"]
    lines += TextTable.lines(
      TensorHistogram(infos).entries.map { entry in
        [
          "  \(entry.type)", "\(entry.tensors) \(entry.tensors == 1 ? "tensor" : "tensors")",
          Amount.count(entry.parameters) + " parameters",
          Amount.bytes(UInt64(max(entry.bytes, 0))),
        ]
      }, alignments: [.left, .right, .right, .right])
    lines += ["", "metadata"]
    lines += TextTable.lines(
      metadata.map { ["  \($0.name)", MetadataReport.line($0.value)] }, alignments: [.left, .left])
    guard tensors == .listed else { return lines }
    lines += ["", "tensors"]
    lines += TextTable.lines(
      infos.map { ["  \($0.name)", TensorHistogram.name($0.type), "\($0.shape)"] }, alignments: [.left, .left, .left])
    return lines
  }
}
