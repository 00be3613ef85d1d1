import Foundation

/// A run's folder on disk for a test, removed with the value.
final class WrittenRun {
  let folder: String

  /// - Parameter parent: the folder it is made in, with those above it.
  init(_ name: String = "run", in parent: String? = nil) throws {
    let parent = parent ?? FileManager.default.temporaryDirectory.path + "/inkstone-report-\(UUID().uuidString)"
    folder = "\(parent)/\(name)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func write(_ text: String, to name: String) throws {
    let path = "\(folder)/\(name)"
    let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  /// A line of `metrics.jsonl`.
  static func step(_ step: Int, loss: Double, rate: Double = 0.001, norm: Double = 1.5, tokens: Int = 256) -> String {
    #"{"gradient_norm":\#(norm),"learning_rate":\#(rate),"loss":\#(loss),"step":\#(step),"tokens":\#(tokens)}"# + "\n"
  }

  static func evaluation(_ name: String, step: Int, loss: Double) -> String {
    #"{"evaluation":"\#(name)","loss":\#(loss),"step":\#(step)}"# + "\n"
  }

  static func timing(_ step: Int, seconds: Double, speed: Double) -> String {
    #"{"operations_per_second":1e9,"seconds":\#(seconds),"step":\#(step),"tokens_per_second":\#(speed)}"# + "\n"
  }
}
