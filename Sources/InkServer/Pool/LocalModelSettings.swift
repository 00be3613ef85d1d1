/// How a model is loaded into this process. A nil field leaves the choice to the loader.
public struct LocalModelSettings: Sendable, Hashable {
  /// What cached keys and values are stored as.
  public enum CacheFormat: String, Sendable, Hashable, CaseIterable {
    case f32, f16, q8
  }

  /// Whether requests that begin alike share what was computed for the beginning.
  public enum PrefixSharing: Sendable, Hashable {
    case shared
    case separate
  }

  /// Whether tokens are guessed ahead. The answer is the same with and without.
  public enum Speculation: Sendable, Hashable {
    /// Not at all.
    case none
    /// Up to this many tokens, from earlier places of the same text.
    case lookup(tokens: Int)
    /// Up to this many tokens, from a smaller model with the same vocabulary.
    case draft(model: String, tokens: Int)
    /// Up to this many tokens, from the model's own layer that predicts ahead (DeepSeek V3's MTP).
    case prediction(tokens: Int)
  }

  /// The model: a folder, a GGUF file, or the name of a model of a hub.
  public var reference: String
  /// Path of a Jinja file that replaces the model's own chat template.
  public var template: String?
  /// Threads that compute.
  public var threads: Int?
  /// The most tokens that a prompt and its answer may have together.
  public var contextLength: Int?
  /// Requests that are computed at the same time.
  public var parallelRequests: Int?
  /// Requests that may wait; further ones are refused.
  public var waitingRequests: Int?
  /// What cached keys and values are stored as.
  public var cacheFormat: CacheFormat?
  /// Bytes that cached keys and values may take.
  public var cacheBytes: Int?
  /// Whether requests share the beginnings they have in common.
  public var prefixSharing: PrefixSharing
  /// Whether tokens are guessed ahead.
  public var speculation: Speculation
  /// Adapters beside the model; requests ask for them by their names.
  public var adapters: [AdapterSource]
  /// The path of the file that lets a GGUF model read pictures; nil for the one beside the model, if there is one.
  public var projector: String?

  /// Settings with every field given.
  public init(
    reference: String, template: String? = nil, threads: Int? = nil, contextLength: Int? = nil,
    parallelRequests: Int? = nil, waitingRequests: Int? = nil, cacheFormat: CacheFormat? = nil,
    cacheBytes: Int? = nil, prefixSharing: PrefixSharing = .shared, speculation: Speculation = .none,
    adapters: [AdapterSource] = []
  ) {
    self.reference = reference
    self.template = template
    self.threads = threads
    self.contextLength = contextLength
    self.parallelRequests = parallelRequests
    self.waitingRequests = waitingRequests
    self.cacheFormat = cacheFormat
    self.cacheBytes = cacheBytes
    self.prefixSharing = prefixSharing
    self.speculation = speculation
    self.adapters = adapters
  }
}
