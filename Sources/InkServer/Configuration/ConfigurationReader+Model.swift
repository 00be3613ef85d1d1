import InkRemote

extension ConfigurationReader {
  mutating func modelEntry() throws(ConfigurationError) -> ModelEntry {
    let name = try requiredText("name")
    let aliases = try texts("aliases") ?? []
    let purposes = try choices("kind", of: ModelEntry.Purpose.self) ?? [.chat]
    let residence = try residence()
    let defaults = try requestDefaults()
    let local = try localSettings(for: purposes)
    var remote = try part("remote")
    try finish()
    let source: ModelSource
    switch (local, try remote?.remoteSettings(name: name)) {
    case (let local?, nil): source = .local(local)
    case (nil, let remote?): source = .remote(remote)
    case (nil, nil):
      throw error("model", expected: "a model, or a part `remote`", found: "neither")
    case (_?, _?):
      throw error(
        "remote", expected: "either model or remote", found: "both",
        hint: "The model's name at the endpoint belongs into remote.model.")
    }
    return ModelEntry(
      name: name, aliases: aliases, purposes: purposes, source: source, residence: residence, defaults: defaults)
  }

  private mutating func residence() throws(ConfigurationError) -> ModelEntry.Residence {
    let isPinned = try boolean("pinned") ?? false
    let idleLimit = try duration("ttl")
    switch (isPinned, idleLimit) {
    case (true, nil): return .pinned
    case (true, _?): throw error("ttl", expected: "either pinned or ttl", found: "both")
    case (false, let idleLimit?): return .whileUsed(idleLimit: idleLimit)
    case (false, nil): return .untilRoomIsNeeded
    }
  }

  /// What only a model of this process has; nil when the entry names no model.
  private mutating func localSettings(
    for purposes: Set<ModelEntry.Purpose>
  ) throws(ConfigurationError) -> LocalModelSettings? {
    let reference = try text("model")
    var settings = LocalModelSettings(reference: reference ?? "")
    settings.template = try text("template")
    settings.threads = try integer("threads", in: 1...4096)
    settings.contextLength = try integer("context", in: 1...(1 << 30))
    settings.parallelRequests = try integer("parallel", in: 1...4096)
    settings.waitingRequests = try integer("waiting", in: 0...1_000_000)
    if var cache = try part("cache") {
      settings.cacheFormat = try cache.choice("format", of: LocalModelSettings.CacheFormat.self)
      settings.cacheBytes = try cache.byteCount("memory")
      settings.prefixSharing = try cache.boolean("share_prefixes") == false ? .separate : .shared
      try cache.finish()
    }
    if var speculation = try part("speculation") { settings.speculation = try speculation.speculation() }
    settings.adapters = try adapters()
    if !settings.adapters.isEmpty, purposes.count != 1 {
      throw error(
        "adapters", expected: "a model of one kind", found: purposes.map(\.rawValue).sorted().joined(separator: ", "))
    }
    guard reference == nil else { return settings }
    if settings != LocalModelSettings(reference: "") {
      let names = ["template", "threads", "context", "parallel", "waiting", "cache", "speculation", "adapters"]
      let name = names.first(where: has) ?? "model"
      throw error(
        name, expected: "a model of this process", found: "no model", hint: "An endpoint has no such setting.")
    }
    return nil
  }

  private mutating func adapters() throws(ConfigurationError) -> [AdapterSource] {
    var readers = try parts("adapters") ?? []
    var sources: [AdapterSource] = []
    for index in readers.indices {
      sources.append(
        AdapterSource(name: try readers[index].requiredText("name"), path: try readers[index].requiredText("path")))
      try readers[index].finish()
    }
    return sources
  }

  private mutating func speculation() throws(ConfigurationError) -> LocalModelSettings.Speculation {
    enum Method: String, CaseIterable {
      case none, lookup, draft
      case prediction = "mtp"
    }
    guard let method = try choice("method", of: Method.self) else {
      throw error("method", expected: "one of none, lookup, draft, mtp", found: "nothing")
    }
    let tokens = try integer("tokens", in: 1...64)
    let model = try text("model")
    try finish()
    switch (method, model) {
    case (.none, nil): return .none
    case (.lookup, nil): return .lookup(tokens: tokens ?? 4)
    case (.draft, let model?): return .draft(model: model, tokens: tokens ?? 4)
    case (.draft, nil): throw error("model", expected: "the draft model", found: "nothing")
    // The first token is what the layer was trained to predict; it goes on from its own guess for the others.
    case (.prediction, nil): return .prediction(tokens: tokens ?? 1)
    case (.none, _?), (.lookup, _?), (.prediction, _?):
      throw error("model", expected: "no model for this method", found: "one", hint: "Only draft needs a model.")
    }
  }

  private mutating func requestDefaults() throws(ConfigurationError) -> RequestDefaults {
    var defaults = RequestDefaults()
    defaults.systemMessage = try text("system")
    defaults.templateVariables = try members("template_variables") ?? []
    guard var sampling = try part("defaults") else { return defaults }
    defaults.temperature = try sampling.number("temperature", in: 0...100)
    defaults.topK = try sampling.integer("top_k", in: 1...(.max))
    defaults.topP = try sampling.number("top_p", in: 0...1)
    defaults.minP = try sampling.number("min_p", in: 0...1)
    defaults.repetitionPenalty = try sampling.number("repetition_penalty", in: 0.01...100)
    defaults.frequencyPenalty = try sampling.number("frequency_penalty", in: -2...2)
    defaults.presencePenalty = try sampling.number("presence_penalty", in: -2...2)
    defaults.maximumTokens = try sampling.integer("max_tokens", in: 1...(.max))
    try sampling.finish()
    return defaults
  }

  private mutating func remoteSettings(name: String) throws(ConfigurationError) -> RemoteModelSettings {
    var settings = RemoteModelSettings(address: try address("url"), model: try text("model") ?? name)
    settings.keyVariable = try keyVariable()
    settings.dialect = try choice("dialect", of: EndpointDialect.self) ?? settings.dialect
    settings.timeouts = try timeouts()
    settings.retries.attempts = try integer("attempts", in: 1...20) ?? settings.retries.attempts
    settings.abilities = try choices("abilities", of: ModelListing.Ability.self)
    settings.contextLength = try integer("context", in: 1...(1 << 30))
    settings.dimension = try integer("dimension", in: 1...1_000_000)
    try finish()
    return settings
  }
}
