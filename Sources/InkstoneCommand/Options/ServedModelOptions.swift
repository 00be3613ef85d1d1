package import ArgumentParser
import InkFormats
package import InkServer

/// Which models are served.
package struct ServedModelOptions: ParsableArguments {
  @Option(
    name: [.customShort("m"), .customLong("model")], parsing: .singleValue,
    help: ArgumentHelp(
      "A language model: a built-in name, a .gguf file, a folder or org/name[:quant][@revision]; may be repeated.",
      valueName: "model"))
  package var language: [String] = []

  @Option(
    name: .customLong("embedding-model"), parsing: .singleValue,
    help: ArgumentHelp("A model that turns texts into vectors; may be repeated.", valueName: "model"))
  package var embedding: [String] = []

  @Option(
    name: .customLong("rerank-model"), parsing: .singleValue,
    help: ArgumentHelp("A cross-encoder that scores documents; may be repeated.", valueName: "model"))
  package var reranker: [String] = []

  @Option(
    help: ArgumentHelp(
      "A YAML file with models and settings of the server; what is said on the command line comes first.",
      valueName: "path"))
  package var config: String?

  @Option(
    help: ArgumentHelp(
      "Memory that all loaded models may take together, such as 8GiB; the one used longest ago makes room.",
      valueName: "bytes"))
  package var memoryLimit: ByteAmount?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "An adapter of the model in PEFT's layout; requests name it as their model. May be repeated; several models have "
        + "theirs in --config.", valueName: "name=folder"))
  package var adapter: [String] = []

  @OptionGroup package var projector: ProjectorOptions

  package init() {}

  package func validate() throws {
    let models = language + embedding + reranker
    let names = models + adapters.map(\.name)
    if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw ValidationError("\(twice) is named twice.")
    }
    if !adapter.isEmpty, adaptedPurpose == nil, !(models.isEmpty && config == nil) {
      throw ValidationError(
        "--adapter belongs to one --model, or to the only --embedding-model or --rerank-model, but there are "
          + "\(language.count), \(embedding.count) and \(reranker.count). List the adapters of several models in the file of "
          + "--config.")
    }
    if projector.mmproj != nil, language.count != 1 {
      throw ValidationError("--mmproj belongs to one --model, but there are \(language.count).")
    }
  }

  /// What the model of the adapters is for: the only language model, or where there is none the only other model; nil
  /// where there are several.
  private var adaptedPurpose: ModelEntry.Purpose? {
    switch (language.count, embedding.count, reranker.count) {
    case (1, _, _): .chat
    case (0, 1, 0): .embedding
    case (0, 0, 1): .rerank
    default: nil
    }
  }

  /// The adapters of the model that they belong to.
  package var adapters: [AdapterSource] {
    adapter.map { entry in
      let (name, folder) = AdapterOptions.parts(of: entry)
      return AdapterSource(name: name, path: folder)
    }
  }

  /// The models of the command line in the order they are listed. They are loaded at the start
  /// and stay while there is room.
  package var entries: [ModelEntry] { entries(cacheFormat: nil, speculation: .none) }

  /// The same with their caches kept in a format, and guessing ahead.
  package func entries(
    cacheFormat: LocalModelSettings.CacheFormat?, speculation: LocalModelSettings.Speculation
  ) -> [ModelEntry] {
    let named: [(String, ModelEntry.Purpose)] =
      language.map { ($0, .chat) } + embedding.map { ($0, .embedding) } + reranker.map { ($0, .rerank) }
    return named.map { name, purpose in
      var settings = LocalModelSettings(reference: name, cacheFormat: cacheFormat)
      if purpose == adaptedPurpose { settings.adapters = adapters }
      if purpose == .chat {
        settings.projector = projector.mmproj
        settings.speculation = speculation
      }
      return ModelEntry(name: name, purposes: [purpose], source: .local(settings), residence: .preloaded)
    }
  }

  /// What the file says; nothing without one.
  ///
  /// - Throws: for a file that cannot be read, and with the line for one that says something else.
  package func configuration() throws -> ServerConfiguration {
    guard let config else { return ServerConfiguration() }
    return try ServerConfiguration(yaml: try InputFile.text(config), file: config)
  }
}
