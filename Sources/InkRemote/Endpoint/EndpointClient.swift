public import AsyncHTTPClient
public import InkChat
import NIOCore
import NIOHTTP1

/// Brings requests to one server, again when it did not begin with them.
public struct EndpointClient: RemoteTransport {
  /// The server.
  public let endpoint: Endpoint
  private let retries: RetryBudget
  private let client: HTTPClient
  private let clock: any Clock<Duration>

  /// Bytes of an error's body that are read.
  private static let errorBytes = 64 << 10

  /// A client of a server.
  ///
  /// - Parameters:
  ///   - client: best made with `HTTPClient.Configuration.remoteModels`; shut down by whoever made it.
  ///   - clock: measures the pauses between attempts.
  public init(
    _ endpoint: Endpoint, retries: RetryBudget = RetryBudget(), client: HTTPClient, clock: any Clock<Duration>
  ) {
    self.endpoint = endpoint
    self.retries = retries
    self.client = client
    self.clock = clock
  }

  public var dialect: EndpointDialect { endpoint.dialect }
  public var timeouts: EndpointTimeouts { endpoint.timeouts }

  public func send(_ request: RemoteRequest) async throws(GenerationError) -> RemoteAnswer {
    var pause = retries.pause
    var attempt = 1
    while true {
      do throws(RemoteFailure) {
        return try await self.attempt(request)
      } catch {
        let wait: Duration
        switch error.stage {
        case .final: throw error.error
        case .notReached, .notBegun(retryAfter: nil): wait = min(pause, retries.longestPause)
        case .notBegun(let retryAfter?): wait = retryAfter
        }
        guard attempt < retries.attempts, wait <= retries.longestPause else { throw error.error }
        do { try await clock.sleep(for: wait, tolerance: nil) } catch { throw .remoteCancelled }
        pause *= 2
        attempt += 1
      }
    }
  }

  /// Sends a request once.
  package func attempt(_ request: RemoteRequest) async throws(RemoteFailure) -> RemoteAnswer {
    let response: HTTPClientResponse
    do {
      response = try await client.execute(message(for: request), timeout: TimeAmount(endpoint.timeouts.head))
    } catch {
      throw failure(error)
    }
    let status = Int(response.status.code)
    guard !(200..<300).contains(status) else { return RemoteAnswer(response) }
    let retryAfter = response.headers.first(name: "retry-after").flatMap { Int($0) }.map {
      Duration.seconds(max(0, $0))
    }
    // The reason is worth a moment, and no more: the status alone says enough to go on.
    var body: [UInt8] = []
    do throws(GenerationError) {
      body = try await withDeadlines(Deadlines(total: .seconds(5)), clock: clock) { _ throws(GenerationError) in
        try await RemoteAnswer(response).bytes(limit: Self.errorBytes)
      }
    } catch {
      if error.code == .cancelled { throw RemoteFailure(error) }
    }
    throw RemoteFailure(status: status, retryAfter: retryAfter, body: body)
  }

  private func message(for request: RemoteRequest) -> HTTPClientRequest {
    var message = HTTPClientRequest(url: endpoint.address(of: request.path))
    if let key = endpoint.key { message.headers.add(name: "authorization", value: "Bearer \(key.secret)") }
    message.headers.add(name: "accept", value: "application/json, text/event-stream")
    message.headers.add(name: "user-agent", value: "inkstone")
    if let body = request.body {
      message.method = .POST
      message.headers.add(name: "content-type", value: "application/json")
      message.body = .bytes(ByteBuffer(string: body.text))
    }
    return message
  }

  private func failure(_ error: any Error) -> RemoteFailure {
    if Task.isCancelled || error is CancellationError { return RemoteFailure(.remoteCancelled) }
    if let error = error as? HTTPClientError {
      switch error {
      case .cancelled: return RemoteFailure(.remoteCancelled)
      case .deadlineExceeded, .readTimeout:
        return RemoteFailure(
          GenerationError(
            code: .timedOut, context: "endpoint", expected: "an answer within \(endpoint.timeouts.head)", found: "none")
        )
      case .invalidURL, .emptyHost, .emptyScheme, .missingSocketPath:
        return RemoteFailure(
          GenerationError(
            code: .invalidOption, context: "endpoint", expected: "an address such as https://host/v1",
            privateDetail: "\"\(endpoint.address)\" is none"))
      default: break
      }
    }
    return RemoteFailure(
      GenerationError(
        code: .unavailable, context: "endpoint", found: "the server behind this model cannot be reached",
        hint: "Check the address and whether the server runs.", privateDetail: "\(endpoint.address): \(error)"),
      .notReached)
  }
}
