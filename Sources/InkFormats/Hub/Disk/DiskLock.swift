/// An advisory lock on a file, the same kind Python's hub client takes, so that two programs do not fetch the same file
/// twice. It is released when the value goes away.
struct DiskLock: ~Copyable {
  private let file: DiskFile

  private init(file: consuming DiskFile) { self.file = file }

  /// Runs `body` while holding the lock at `path`, asking for it every 100 ms until `timeout`.
  static func hold<Value: Sendable>(
    _ path: String, for name: String, timeout: Duration, clock: any Clock<Duration>, events: HubEventHandler,
    _ body: () async throws(HubError) -> Value
  ) async throws(HubError) -> Value {
    let lock = try await acquire(path, for: name, timeout: timeout, clock: clock, events: events)
    let result: Result<Value, HubError>
    do {
      result = .success(try await body())
    } catch {
      result = .failure(error)
    }
    lock.release()
    return try result.get()
  }

  /// Closing the file gives the lock back; the file itself stays, because removing it could split two waiters.
  private consuming func release() {}

  private static func acquire(
    _ path: String, for name: String, timeout: Duration, clock: any Clock<Duration>, events: HubEventHandler
  ) async throws(HubError) -> DiskLock {
    try DiskFile.makeFolder(DiskFile.parent(of: path))
    let file = try DiskFile(path, .appending)
    let pause = Duration.milliseconds(100)
    var waited = Duration.zero
    while !file.tryLock() {
      if waited == .zero { events(.waitingForLock(file: name)) }
      guard waited < timeout else {
        throw HubError(
          .locked, context: name, found: "another process has been fetching it for \(timeout)",
          hint: "Wait for it, or end it and delete \(path)")
      }
      try await clock.pause(for: pause)
      waited += pause
    }
    return DiskLock(file: file)
  }
}

extension Clock where Duration == Swift.Duration {
  /// Sleeps; a cancelled task gets the typed error.
  func pause(for duration: Duration) async throws(HubError) {
    do {
      try await sleep(for: duration, tolerance: nil)
    } catch {
      throw HubError(.cancelled, context: "waiting", found: "the task was cancelled")
    }
  }
}
