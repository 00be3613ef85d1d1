public import InkFormats
public import InkInference
import InkModels
public import InkTensor

/// Loads models into this process. The only place where the server knows what a local model is.
public struct LocalModelLoader: ModelLoader {
  /// Finds the files of a model, fetching them where that is allowed.
  public typealias Resolve = @Sendable (_ reference: String) async throws -> ResolvedModel
  /// Puts adapters beside a language model that was loaded in the conventions of checkpoints. The model answers as it is
  /// where none is named.
  public typealias Attach =
    @Sendable (
      [AdapterSource], LanguageModel, ResolvedModel, CPU
    ) throws -> LanguageModel
  /// Reads an adapter beside an encoder.
  public typealias AttachToEncoder =
    @Sendable (
      AdapterSource, LocalEncoder, ResolvedModel, CPU
    ) throws -> LocalEncoder
  /// Reads a file that settings name: a chat template.
  public typealias ReadText = @Sendable (_ path: String) throws -> String

  private let cpu: CPU
  private let engine: EngineSettings
  private let resolve: Resolve
  private let readText: ReadText
  private let attach: Attach
  private let attachToEncoder: AttachToEncoder

  /// A loader.
  ///
  /// - Parameters:
  ///   - cpu: the backend, which all models share.
  ///   - engine: how models are shared among requests where their settings do not say.
  ///   - resolve: finds files.
  ///   - readText: reads templates.
  ///   - attach: reads adapters of language models.
  ///   - attachToEncoder: reads adapters of models that embed or rerank.
  public init(
    cpu: CPU, engine: EngineSettings = EngineSettings(), resolve: @escaping Resolve, readText: @escaping ReadText,
    attach: @escaping Attach, attachToEncoder: @escaping AttachToEncoder = LocalModelLoader.withoutEncoders
  ) {
    self.attach = attach
    self.attachToEncoder = attachToEncoder
    self.cpu = cpu
    self.engine = engine
    self.resolve = resolve
    self.readText = readText
  }

  public func estimate(_ entry: ModelEntry) async throws(ServerError) -> Int {
    try await files(of: entry, settings(of: entry).reference).byteCount
  }

  public func load(_ entry: ModelEntry) async throws(ServerError) -> LoadedModel {
    let settings = try settings(of: entry)
    guard let purpose = entry.purposes.first, entry.purposes.count == 1 else {
      throw ServerError(
        .invalidRequest,
        "\"\(entry.name)\" is for several things at once. Give each its own entry; files are read once.")
    }
    let resolved = try await files(of: entry, settings.reference)
    let cpu = settings.threads.map { CPU(threads: $0) } ?? cpu
    do {
      switch purpose {
      case .chat: return try await language(resolved, settings, cpu)
      case .embedding: return try embedding(resolved, settings, cpu)
      case .rerank: return try reranking(resolved, settings, cpu)
      }
    } catch let error as ServerError {
      throw error
    } catch {
      throw failure(entry, error)
    }
  }

  private func language(
    _ resolved: ResolvedModel, _ settings: LocalModelSettings, _ cpu: CPU
  ) async throws -> LoadedModel {
    let template = try settings.template.map { TemplateChoice.source(try readText($0), origin: $0) } ?? .automatic
    var options = LoadingOptions()
    options.cacheFormat = settings.cacheFormat?.option ?? .automatic
    if let projector = settings.projector { options.projector = .file(projector) }
    // Adapters are made for the order of rows of checkpoints.
    if !settings.adapters.isEmpty { options.conventions = .checkpoint }
    let base = try LanguageModel.load(resolved, options: options, template: template, cpu: cpu)
    return try await served(base, resolved, settings, cpu)
  }

  /// A model with the adapters and the engine that settings ask for.
  private func served(
    _ base: LanguageModel, _ resolved: ResolvedModel, _ settings: LocalModelSettings, _ cpu: CPU
  ) async throws -> LoadedModel {
    let model = settings.adapters.isEmpty ? base : try attach(settings.adapters, base, resolved, cpu)
    let chat = LocalChatModel(model, settings: try await engineSettings(settings, model, cpu))
    let count = try resolved.parameterCount()
    var adapted: [String: ServedModel] = [:]
    for adapter in settings.adapters {
      adapted[adapter.name] = ServedModel(
        chat, adapter: try AdaptedChatModel(chat, adapter: adapter.name), parameterCount: count)
    }
    return LoadedModel(
      model: ServedModel(chat, byteCount: resolved.byteCount, parameterCount: count), adapted: adapted,
      abilities: model.abilities,
      contextLength: chat.contextLength,
      adapting: { entry throws(ServerError) in try await adapting(entry, base, resolved, settings, cpu) })
  }

  /// The model with the adapters of another entry.
  ///
  /// - Returns: nil when the weights lie as they may only without adapters, or only with some.
  private func adapting(
    _ entry: ModelEntry, _ base: LanguageModel, _ resolved: ResolvedModel, _ before: LocalModelSettings, _ cpu: CPU
  ) async throws(ServerError) -> LoadedModel? {
    let settings = try settings(of: entry)
    switch resolved.content {
    case .folder: break
    // The rows of some families have another order in such files, which a model with adapters is not read in.
    case .gguf: guard settings.adapters.isEmpty == before.adapters.isEmpty else { return nil }
    }
    do { return try await served(base, resolved, settings, cpu) } catch { throw failure(entry, error) }
  }

  private func embedding(
    _ resolved: ResolvedModel, _ settings: LocalModelSettings, _ cpu: CPU
  ) throws -> LoadedModel {
    let base = try SentenceEncoder.load(resolved, cpu: cpu)
    var adapted: [String: ServedModel] = [:]
    for adapter in settings.adapters {
      guard case .sentences(let model) = try attachToEncoder(adapter, .sentences(base), resolved, cpu) else { continue }
      // The memory is the base's.
      adapted[adapter.name] = ServedModel(embedder: LocalEmbedder(model), byteCount: 0)
    }
    let model = LocalEmbedder(base)
    return LoadedModel(
      model: ServedModel(embedder: model, byteCount: resolved.byteCount), adapted: adapted, abilities: [.embedding],
      contextLength: base.maximumTokens, facts: [ModelListing.Fact("dimension", "\(model.dimension)")])
  }

  private func reranking(
    _ resolved: ResolvedModel, _ settings: LocalModelSettings, _ cpu: CPU
  ) throws -> LoadedModel {
    let base: CrossEncoder? =
      try settings.adapters.isEmpty
      ? CrossEncoder.load(resolved, cpu: cpu) : CrossEncoder.loadIfHeaded(resolved, cpu: cpu)
    var adapted: [String: ServedModel] = [:]
    var contextLength = base?.maximumTokens
    for adapter in settings.adapters {
      let encoder = base.map { LocalEncoder.pairs($0) } ?? .headless
      guard case .pairs(let model) = try attachToEncoder(adapter, encoder, resolved, cpu) else { continue }
      adapted[adapter.name] = ServedModel(reranker: LocalReranker(model), byteCount: 0)
      if base == nil { contextLength = [contextLength, model.maximumTokens].compactMap { $0 }.min() }
    }
    // Beside a base with a head the memory is the base's; with a head of their own adapters have all weights each.
    let copies = base == nil ? settings.adapters.count : 1
    return LoadedModel(
      model: ServedModel(reranker: base.map { LocalReranker($0) }, byteCount: copies * resolved.byteCount),
      adapted: adapted, abilities: [.rerank], contextLength: contextLength)
  }

  /// What reads no adapter of an encoder, and says so.
  public static let withoutEncoders: AttachToEncoder = { adapter, _, _, _ in
    throw ServerError(
      .invalidRequest,
      "The adapter \"\(adapter.name)\" is beside a model that embeds or reranks, which this server "
        + "reads none for.")
  }

  private func engineSettings(
    _ settings: LocalModelSettings, _ model: LanguageModel, _ cpu: CPU
  ) async throws -> EngineSettings {
    var engine = engine
    if let parallel = settings.parallelRequests { engine.parallel = max(parallel, 1) }
    if let waiting = settings.waitingRequests { engine.queueLimit = max(waiting, 0) }
    if let bytes = settings.cacheBytes { engine.cacheByteCount = bytes }
    if let context = settings.contextLength { engine.contextLength = context }
    switch settings.prefixSharing {
    case .shared: engine.prefixSharing = .shared
    case .separate: engine.prefixSharing = .separate
    }
    switch settings.speculation {
    case .none: break
    case .lookup(let tokens): engine.speculation = .lookup(tokens: tokens)
    case .prediction(let tokens): engine.speculation = .prediction(try TokenPredictor(of: model), tokens: tokens)
    case .draft(let reference, let tokens):
      let draft = try LanguageModel.load(try await resolve(reference), cpu: cpu)
      engine.speculation = .draft(try DraftModel(draft, for: model), tokens: tokens)
    }
    return engine
  }

  private func settings(of entry: ModelEntry) throws(ServerError) -> LocalModelSettings {
    switch entry.source {
    case .local(let settings): return settings
    case .remote: throw ServerError(.server, "\"\(entry.name)\" is not a model of this process.")
    }
  }

  private func files(of entry: ModelEntry, _ reference: String) async throws(ServerError) -> ResolvedModel {
    do { return try await resolve(reference) } catch { throw failure(entry, error) }
  }

  private func failure(_ entry: ModelEntry, _ error: any Error) -> ServerError {
    ServerError(
      .unavailable(retryAfter: 30), "\"\(entry.name)\" cannot be loaded: \(error)", param: "model",
      code: "model_not_loaded")
  }
}

extension LocalModelSettings.CacheFormat {
  fileprivate var option: LoadingOptions.CacheFormat {
    switch self {
    case .f32: .f32
    case .f16: .f16
    case .q8: .q8
    }
  }
}
