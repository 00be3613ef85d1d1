/// How far a batch is.
enum BatchStatus: String, Sendable, Hashable, CaseIterable {
  case validating, failed, finalizing, completed, expired, cancelling, cancelled
  case inProgress = "in_progress"

  /// Whether nothing happens to it any more.
  var isFinal: Bool {
    switch self {
    case .failed, .completed, .expired, .cancelled: true
    case .validating, .inProgress, .finalizing, .cancelling: false
    }
  }
}
