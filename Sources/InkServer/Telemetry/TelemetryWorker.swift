import InkChat
import Logging
import ServiceLifecycle
import Synchronization

/// Posts what has come together, from time to time and once more when the server ends.
struct TelemetryWorker: Service {
  /// What was told of a receiver last, so that one that is gone is named once and not at each post.
  private final class Health: Sendable {
    let isGone = Mutex(false)
  }

  let export: TelemetryExport
  let services: ServerServices
  let logger: Logger
  private let traces = Health()
  private let metrics = Health()

  init(export: TelemetryExport, services: ServerServices, logger: Logger) {
    self.export = export
    self.services = services
    self.logger = logger
  }

  func run() async throws {
    let start = now
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await every(export.settings.spanInterval) { await sendSpans() } }
        group.addTask { await every(export.settings.metricInterval) { await sendMetrics(since: start) } }
      }
    }
    // What the last requests left; in a task of its own, because this one may be cancelled.
    await Task { await sendSpans() }.value
    await Task { await sendMetrics(since: start) }.value
  }

  private func every(_ interval: Duration, _ send: () async -> Void) async {
    while !Task.isCancelled {
      do { try await services.clock.sleep(interval) } catch { return }
      await send()
    }
  }

  private func sendSpans() async {
    guard let receiver = export.settings.traces else { return }
    while true {
      let spans = export.queue.take(export.settings.spansInOnePost)
      guard !spans.isEmpty else { break }
      guard await send(document.spans(spans), to: receiver, traces) else {
        export.queue.putBack(spans)
        break
      }
    }
    let dropped = export.queue.takeDropped()
    if dropped > 0 { logger.warning("spans were dropped", metadata: ["count": "\(dropped)"]) }
  }

  private func sendMetrics(since start: UInt64) async {
    guard let receiver = export.settings.metrics else { return }
    let usage = services.metrics.figures.usage
    guard !usage.isEmpty else { return }
    _ = await send(document.metrics(usage, from: start, to: now), to: receiver, metrics)
  }

  /// Posts a document; false when it should be tried again later.
  private func send(_ value: JSONValue, to receiver: TelemetrySettings.Receiver, _ health: Health) async -> Bool {
    let problem: String
    let isFinal: Bool
    do {
      let status = try await export.post(receiver, value)
      guard !(200..<300).contains(status) else {
        health.isGone.withLock { $0 = false }
        return true
      }
      problem = "status \(status)"
      // What a receiver refuses for good is not offered again.
      isFinal = ![408, 429, 502, 503, 504].contains(status)
    } catch {
      problem = "\(error)"
      isFinal = false
    }
    let isNews = health.isGone.withLock { isGone in
      defer { isGone = true }
      return !isGone
    }
    if isNews {
      logger.warning(
        "telemetry cannot be sent", metadata: ["address": .string(receiver.address), "error": .string(problem)])
    }
    return isFinal
  }

  private var document: TelemetryDocument {
    TelemetryDocument(resource: export.settings.resource, version: services.settings.version)
  }

  private var now: UInt64 { UInt64(max(services.clock.secondsSince1970(), 0)) * 1_000_000_000 }
}

extension TelemetryWorker: CustomStringConvertible {
  /// A name for logs. Without one a service is written out with all it holds.
  var description: String { "TelemetryWorker" }
}
