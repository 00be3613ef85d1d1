import InkChat
import InkRemote

/// Puts a served model together from what an endpoint can do.
struct RemoteModelParts: Sendable {
  let name: String
  let transport: any RemoteTransport
  let clock: any Clock<Duration>
  let contextLength: Int?
  var dimension: Int?
  private(set) var model = ServedModel()
  private(set) var abilities: Set<ModelListing.Ability> = []

  init(
    name: String, transport: any RemoteTransport, clock: any Clock<Duration>, contextLength: Int?, dimension: Int?
  ) {
    self.name = name
    self.transport = transport
    self.clock = clock
    self.contextLength = contextLength
    self.dimension = dimension
  }

  /// Adds what a purpose needs.
  mutating func add(_ purpose: ModelEntry.Purpose) async throws(GenerationError) {
    switch purpose {
    case .chat:
      model.chat = RemoteChatModel(name, over: transport, clock: clock)
      abilities.insert(.chat)
      try await addText()
    case .embedding:
      if let dimension {
        model.embedder = RemoteEmbedder(name, dimension: dimension, over: transport, clock: clock)
      } else {
        model.embedder = try await RemoteEmbedder.measured(name, over: transport, clock: clock)
      }
      abilities.insert(.embedding)
    case .rerank:
      model.reranker = RemoteReranker(name, over: transport, clock: clock)
      abilities.insert(.rerank)
    }
  }

  /// Raw text, where the endpoint has a tokenizer and tells how much fits.
  private mutating func addText() async throws(GenerationError) {
    guard transport.dialect != .openAI, let contextLength else { return }
    do throws(GenerationError) {
      let text = try await RemoteTextModel.measured(name, contextLength: contextLength, over: transport, clock: clock)
      model.text = text
      model.renderer = RemotePromptRenderer(text)
      abilities.insert(.completion)
    } catch {
      if error.isAboutEndpoint { throw error }
    }
  }
}
