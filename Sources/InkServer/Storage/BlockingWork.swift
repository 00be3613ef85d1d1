import NIOPosix

/// Work that waits for a disk, on threads made for that, so that those of other requests go on.
enum BlockingWork {
  static func run<Value: Sendable>(
    _ work: @escaping @Sendable () throws(ServerError) -> Value
  ) async throws(ServerError) -> Value {
    let outcome: Result<Value, ServerError>
    do {
      outcome = try await NIOThreadPool.singleton.runIfActive { () -> Result<Value, ServerError> in
        do throws(ServerError) { return .success(try work()) } catch { return .failure(error) }
      }
    } catch {
      throw ServerError(.invalidRequest, "The request was cancelled.", code: "cancelled")
    }
    return try outcome.get()
  }
}
