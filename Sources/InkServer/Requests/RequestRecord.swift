import Synchronization

/// What a request turns out to be, filled in by its route while it is answered.
package final class RequestRecord: Sendable {
  /// What is known so far.
  package struct Facts: Sendable {
    /// What is done, as OpenTelemetry names it: `chat`, `text_completion`, `embeddings` …
    package var operation: String?
    /// The model that answers.
    package var model: String?
    /// Tokens of the prompt, cached ones included.
    package var promptTokens = 0
    /// How many of them were taken from a cache.
    package var cachedTokens = 0
    /// Tokens of the answers.
    package var completionTokens = 0
    /// How the choices ended: `stop`, `length` …
    package var finishReasons: [String] = []
    /// From the request's arrival to the first token of its answer.
    package var firstToken: Duration?
    /// The error's code, or its type where it has none.
    package var error: String?
    /// What of the error no client is told.
    package var cause: String?
    /// Whether the client went away before it had its answer.
    package var hasHungUp = false
  }

  private let state = Mutex(Facts())
  private let held = Mutex<BodyReservation?>(nil)

  package init() {}

  /// What is known so far.
  package var facts: Facts { state.withLock { $0 } }

  /// Adds to what is known.
  package func update(_ change: (inout Facts) -> Void) {
    state.withLock { change(&$0) }
  }

  /// Keeps for the log what went wrong.
  func fail(_ error: ServerError) {
    update { facts in
      facts.error = error.code ?? error.type
      facts.cause = error.cause
    }
  }

  /// Keeps the request's share of the memory until the request is over.
  func hold(_ reservation: BodyReservation) {
    held.withLock { $0 = reservation }
  }
}
