import InkChat
import InkServer
import InkTesting

/// A loader whose loads wait until a test lets them go on, and that remembers what it was asked.
actor GatedLoader: ModelLoader {
  private let sizes: [String: Int]
  private var closedGates: Set<String> = []
  private var waiting: [String: [CheckedContinuation<Void, Never>]] = [:]
  private var failures: [String: [ServerError]] = [:]
  private(set) var loads: [String] = []
  private(set) var closed: [String] = []
  /// Adapters of entries that went on with the weights of a loaded model.
  private(set) var adaptations: [[String]] = []
  /// What models say of an entry with other adapters.
  private var adaptation = Adaptation.refused

  /// What models say of an entry with other adapters.
  enum Adaptation {
    case refused, done
    case failed(ServerError)
  }

  init(sizes: [String: Int] = [:]) {
    self.sizes = sizes
  }

  /// From now on models say this of entries with other adapters.
  func adapt(_ adaptation: Adaptation) { self.adaptation = adaptation }

  /// The next loads of that entry wait.
  func hold(_ name: String) { closedGates.insert(name) }

  /// Lets the loads of that entry go on.
  func open(_ name: String) {
    closedGates.remove(name)
    for continuation in waiting.removeValue(forKey: name) ?? [] { continuation.resume() }
  }

  /// The next load of that entry fails.
  func fail(_ name: String, with error: ServerError) { failures[name, default: []].append(error) }

  func estimate(_ entry: ModelEntry) async throws(ServerError) -> Int { sizes[entry.name] ?? 10 }

  func load(_ entry: ModelEntry) async throws(ServerError) -> LoadedModel {
    loads.append(entry.name)
    if closedGates.contains(entry.name) {
      await withCheckedContinuation { waiting[entry.name, default: []].append($0) }
    }
    if let error = failures[entry.name]?.first {
      failures[entry.name]?.removeFirst()
      throw error
    }
    return made(of: entry)
  }

  private func adapted(_ entry: ModelEntry) throws(ServerError) -> LoadedModel? {
    switch adaptation {
    case .refused: return nil
    case .failed(let error): throw error
    case .done:
      let loaded = made(of: entry)
      adaptations.append(loaded.adapted.keys.sorted())
      return loaded
    }
  }

  private func made(of entry: ModelEntry) -> LoadedModel {
    var model = ServedModel(byteCount: sizes[entry.name] ?? 10)
    var abilities: Set<ModelListing.Ability> = []
    if entry.purposes.contains(.chat) {
      model.chat = ScriptedChatModel("I am \(entry.reference)")
      abilities.formUnion([.chat, .tools])
    }
    if entry.purposes.contains(.embedding) {
      model.embedder = ScriptedEmbedder(dimension: 1) { text, _ in [Float(text.count)] }
      abilities.insert(.embedding)
    }
    var adapted: [String: ServedModel] = [:]
    if case .local(let settings) = entry.source {
      for adapter in settings.adapters {
        adapted[adapter.name] = ServedModel(chat: ScriptedChatModel("I am \(adapter.path) over \(entry.reference)"))
      }
    }
    let name = entry.name
    return LoadedModel(
      model: model, adapted: adapted, abilities: abilities, contextLength: 512,
      facts: [ModelListing.Fact("architecture", "scripted")],
      close: { await self.noteClosed(name) },
      adapting: { entry throws(ServerError) in try await self.adapted(entry) })
  }

  private func noteClosed(_ name: String) { closed.append(name) }
}

extension ModelEntry {
  static func local(
    _ name: String, aliases: [String] = [], purposes: Set<Purpose> = [.chat], reference: String? = nil,
    adapters: [AdapterSource] = [], residence: Residence = .untilRoomIsNeeded,
    defaults: RequestDefaults = RequestDefaults()
  ) -> ModelEntry {
    ModelEntry(
      name: name, aliases: aliases, purposes: purposes,
      source: .local(LocalModelSettings(reference: reference ?? name, adapters: adapters)), residence: residence,
      defaults: defaults)
  }

  var reference: String {
    switch source {
    case .local(let settings): settings.reference
    case .remote(let settings): settings.model
    }
  }
}

/// Repeats a look until it is true; a test that never gets there hangs and is stopped by the runner.
func until(_ condition: () async -> Bool) async {
  // Leaves the processor to those who are waited for.
  while await !condition() { try? await Task.sleep(for: .milliseconds(2)) }
}

extension ModelPool {
  func state(of name: String) -> ModelListing.State? { listings.first { $0.id == name }?.state }
}
