package import InkModels
package import InkNN
public import InkTensor
public import InkTokenizers

/// A model ready to run: the decoder, its tokenizer, its chat template and the backend that computes.
public final class LanguageModel: Sendable {
  /// The name it was asked for by.
  public let name: String
  package let decoder: DecoderLM
  /// What reads pictures; nil for models of text alone.
  package let vision: VisionLanguageModel?
  /// Text to token ids and back.
  public let tokenizer: Tokenizer
  /// Turns messages into the model's prompt; nil when its files bring no template and none was chosen.
  public let template: ConversationTemplate?
  /// Tokens that end an answer.
  public let endTokens: Set<Int32>
  /// The most tokens of prompt and answer together.
  public let contextLength: Int
  /// The backend.
  public let cpu: CPU
  /// Gets the choices of every router, if anyone wants to know.
  let expertObserver: ExpertObserver?
  /// The adapter of requests that name none.
  package let adapter: AdapterName?

  /// Rows computed at once when a prompt is processed: enough to use each weight many times, small enough that what
  /// lies between the layers stays in the processor's caches.
  package static let promptChunk = 128

  package init(
    name: String, decoder: DecoderLM, vision: VisionLanguageModel? = nil, tokenizer: Tokenizer,
    template: ConversationTemplate?, endTokens: Set<Int32>, contextLength: Int, cpu: CPU,
    expertObserver: ExpertObserver? = nil, adapter: AdapterName? = nil
  ) {
    self.adapter = adapter
    self.name = name
    self.decoder = decoder
    self.vision = vision
    self.tokenizer = tokenizer
    self.template = template
    self.endTokens = endTokens
    self.contextLength = contextLength
    self.cpu = cpu
    self.expertObserver = expertObserver
  }

  /// The same model, whose routers are observed whenever it computes.
  package func observingExperts(_ observer: @escaping ExpertObserver) -> LanguageModel {
    LanguageModel(
      name: name, decoder: decoder, vision: vision, tokenizer: tokenizer, template: template, endTokens: endTokens,
      contextLength: contextLength, cpu: cpu, expertObserver: observer, adapter: adapter)
  }

  /// Whether messages may hold pictures.
  public var readsPictures: Bool { vision != nil }

  /// Whether its chat template has marks for thoughts.
  public var reasons: Bool {
    template?.variants.contains { ReasoningFormat(templateSource: $0.template.source) != nil } ?? false
  }

  /// A cache for one sequence.
  package func makeCache() -> SequenceCache { SequenceCache(layout: decoder.cacheLayout) }
}
