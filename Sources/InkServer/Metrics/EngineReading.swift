import InkChat

/// What the engine of a loaded model says of itself.
struct EngineReading: Sendable {
  var model: String
  var byteCount: Int
  /// nil where the model's side does not tell.
  var statistics: EngineStatistics?
}
