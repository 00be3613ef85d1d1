/// Where a later step finds an operation's result on the way back, if it reads it.
enum ResultRetention: Sendable {
  /// It was kept.
  case kept
  /// It is computed again from what the operation's own backward keeps: for operations that cost little beside the
  /// products that read their results, and whose results are large.
  case computedAgain
}
