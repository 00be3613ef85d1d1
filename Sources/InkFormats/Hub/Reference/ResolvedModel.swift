/// A model whose files are on this machine.
public struct ResolvedModel: Sendable, Hashable {
  /// What to load.
  public enum Content: Sendable, Hashable {
    /// GGUF files: one, or all shards in order.
    case gguf([String])
    /// A folder with configuration, tokenizer and weights.
    case folder(String)
  }

  /// How the model was asked for.
  public let reference: ModelReference
  /// What to load.
  public let content: Content

  /// A model.
  public init(reference: ModelReference, content: Content) {
    self.reference = reference
    self.content = content
  }
}
