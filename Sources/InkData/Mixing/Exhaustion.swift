/// When a mixture of sources ends. A pass is every record of a source once.
public enum Exhaustion: Sendable, Hashable {
  /// As soon as one source has had this many passes.
  case firstSource(passes: Int)
  /// When every source has had at least this many passes; those that are through sooner go on meanwhile.
  case allSources(passes: Int)
  /// When every source has had exactly this many passes; those that are through sooner drop out.
  case everyRecord(passes: Int)
  /// Never; who trains counts steps.
  case never

  /// The passes, if there is an end.
  var passes: Int? {
    switch self {
    case .firstSource(let passes), .allSources(let passes), .everyRecord(let passes): passes
    case .never: nil
    }
  }
}
