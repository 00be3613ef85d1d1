extension KnowledgeBase {
  /// Follows a folder until the task is cancelled: brings the base to its state, then looks at times and sizes of its
  /// files again and again, and reads those that changed and were then left alone for one interval.
  ///
  /// What cannot be done is reported, once for each reason in turn, and tried again at every look.
  ///
  /// - Parameters:
  ///   - interval: between two looks.
  ///   - clock: what waits.
  public func watch<Time: Clock>(
    _ folder: String, every interval: Time.Duration, clock: Time, prefix: String = "",
    metadata: [String: String] = [:], report: @escaping @Sendable (IngestionEvent) -> Void = { _ in }
  ) async {
    let path = DocumentPath.absolute(folder)
    var watched = WatchedFolder()
    var trouble: RetrievalError?
    while !Task.isCancelled {
      do throws(RetrievalError) {
        let scan = try scan(path)
        switch watched.look(at: scan) {
        case .settled(let changed):
          _ = try await sync(path, scan, changed, prefix: prefix, metadata: metadata, report: report)
          watched.synced(scan)
        case .same, .moving: break
        }
        trouble = nil
      } catch {
        if error.code != .cancelled, error != trouble { report(.interrupted(error)) }
        trouble = error
      }
      do { try await clock.sleep(for: interval) } catch { return }
    }
  }
}
