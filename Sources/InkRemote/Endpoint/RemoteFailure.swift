package import InkChat

/// Why one attempt at an endpoint failed, and whether another one makes sense.
package struct RemoteFailure: Error, Sendable, Hashable {
  /// What became of the request.
  package enum Stage: Sendable, Hashable {
    /// The endpoint could not be reached, or went away before its answer began.
    case notReached
    /// The endpoint did not begin with it, and said so. It may have asked for patience.
    case notBegun(retryAfter: Duration?)
    /// It was refused, begun, or nobody knows; sending it again is not for this layer to decide.
    case final
  }

  /// What to tell whoever asked.
  package var error: GenerationError
  /// Whether to try again.
  package var stage: Stage

  init(_ error: GenerationError, _ stage: Stage = .final) {
    self.error = error
    self.stage = stage
  }
}
