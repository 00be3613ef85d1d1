/// Where the time went.
public struct GenerationTimings: Sendable, Hashable {
  /// Waiting until the request's first token was computed on.
  public var queue: Duration
  /// Processing of the prompt's tokens that were not cached, up to the first token's logits.
  public var prompt: Duration
  /// From the first token's logits to the end of the answer.
  public var decode: Duration

  /// Timings with every field given.
  public init(queue: Duration = .zero, prompt: Duration = .zero, decode: Duration = .zero) {
    self.queue = queue
    self.prompt = prompt
    self.decode = decode
  }
}
