import Logging
import Synchronization

/// Keeps what is logged.
final class RecordingLog: Sendable {
  private let state = Mutex<[Logger.Metadata]>([])

  var lines: [Logger.Metadata] { state.withLock { $0 } }

  var logger: Logger {
    var logger = Logger(label: "test") { _ in Handler(log: self) }
    logger.logLevel = .info
    return logger
  }

  private struct Handler: LogHandler {
    let log: RecordingLog
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
      log.state.withLock { $0.append(all.merging(["message": "\(event.message)"]) { old, _ in old }) }
    }
  }
}
