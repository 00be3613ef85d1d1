/// Something that happened to a model of a pool.
public struct ModelPoolEvent: Sendable, Hashable {
  /// Why a model left.
  public enum Departure: String, Sendable, Hashable, CaseIterable {
    /// Others needed the room.
    case evicted
    /// Nobody used it for the time its entry names.
    case idle
    /// Somebody asked for it.
    case requested
    /// Its entry was changed or removed.
    case reconfigured
  }

  /// What happened.
  public enum Change: Sendable, Hashable {
    /// Loading began.
    case loading
    /// It can answer, after this time, and keeps this many bytes.
    case loaded(duration: Duration, byteCount: Int)
    /// It cannot be loaded, for this reason.
    case failed(ServerError)
    /// New requests do not get it any more; those that run finish on it.
    case leaving(Departure)
    /// Its memory is free.
    case unloaded
  }

  /// The entry's name.
  public var name: String
  /// What happened.
  public var change: Change

  /// An event with every field given.
  public init(name: String, change: Change) {
    self.name = name
    self.change = change
  }
}
