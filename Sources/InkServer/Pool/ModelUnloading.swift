/// What became of a request to unload a model.
public enum ModelUnloading: Sendable, Hashable {
  /// It was not loaded.
  case nothingLoaded
  /// It is gone, or will be in a moment.
  case done
  /// New requests load it again; its memory is free when these many requests are answered.
  case afterRunning(requests: Int)
}
