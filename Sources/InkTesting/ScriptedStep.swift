public import InkChat

/// One step of a scripted answer.
public enum ScriptedStep: Sendable {
  /// Tells an event.
  case event(GenerationEvent)
  /// Fails; nothing follows.
  case failure(GenerationError)
  /// Waits until the closure returns.
  case wait(@Sendable () async -> Void)
  /// Waits until nobody reads any more; nothing follows.
  case hold
}

extension ScriptedStep {
  /// Says a piece of text.
  public static func text(_ piece: String) -> ScriptedStep { .event(.text(piece)) }

  /// Ends the answer.
  public static func finish(
    _ reason: FinishReason = .endToken(nil), prompt: Int = 1, cached: Int = 0, completion: Int = 1
  ) -> ScriptedStep {
    .event(
      .finished(
        GenerationResult(
          finishReason: reason,
          counts: TokenCounts(prompt: prompt, cachedPrompt: cached, completion: completion))))
  }
}

extension GenerationStream {
  /// An answer that goes through the steps. One that ends without `finished` fails as an answer that broke off.
  ///
  /// - Parameter onReaderGone: called when the reader goes away while the answer holds.
  public static func scripted(
    _ steps: [ScriptedStep], onReaderGone: @escaping @Sendable () -> Void = {}
  ) -> GenerationStream {
    GenerationStream { sink throws(GenerationError) in
      for step in steps {
        switch step {
        case .event(let event):
          guard case .delivered = sink.send(event) else { return onReaderGone() }
        case .failure(let error): throw error
        case .wait(let wait): await wait()
        case .hold:
          let (silence, continuation) = AsyncStream.makeStream(of: Void.self)
          for await _ in silence {}
          withExtendedLifetime(continuation) {}
          return onReaderGone()
        }
      }
    }
  }
}
