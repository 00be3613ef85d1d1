/// Something that turns texts into vectors whose nearness means likeness.
public protocol Embedder: Sendable {
  /// Number of elements of every vector.
  var dimension: Int { get }

  /// Tokens that a text has, those that the model adds among them; nil when the model's side does not tell.
  func tokenCount(of text: String) -> Int?

  /// How much of a text is read when it is embedded for a purpose.
  func extent(of text: String, as purpose: EmbeddingPurpose) -> EmbeddedExtent

  /// One vector of `dimension` elements for each text, in order.
  func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws(GenerationError) -> [[Float]]

  /// One vector of `dimension` elements for each sequence of the model's own tokens. They are taken as they are: no prompt
  /// and no special tokens are put around them.
  ///
  /// - Throws: `unsupported` for a model whose side reads texts only.
  func embed(tokens: [[Int32]]) async throws(GenerationError) -> [[Float]]
}

extension Embedder {
  public func extent(of text: String, as purpose: EmbeddingPurpose) -> EmbeddedExtent { .unknown }

  public func embed(tokens: [[Int32]]) async throws(GenerationError) -> [[Float]] {
    throw GenerationError(code: .unsupported, context: "embedding", expected: "texts", found: "token ids")
  }
}
