import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL

/// Sends GET requests: through the proxy where one is set, following redirects itself so that the token stays with the
/// hub that it belongs to, and with a limit on silence.
struct HubTransport: Sendable {
  /// What one request asks.
  struct Request: Sendable {
    var address: HubAddress
    /// Sent only to the origin of `address`.
    var token: String?
    /// Ask for the bytes from here on.
    var start: UInt64 = 0
  }

  /// The first status that is not a redirect, and what was learnt on the way.
  struct Answer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: HTTPClientResponse.Body
    /// Where the answer came from.
    let address: HubAddress
    /// `X-Linked-Etag` of the hub, wherever the bytes came from.
    let linkedTag: String?

    /// The value of a header, or nil.
    func header(_ name: String) -> String? { headers.first(name: name) }
  }

  private static let longestChain = 10

  private let direct: HTTPClient
  private let proxied: HTTPClient?
  private let proxy: HubProxy?

  /// Runs `body` with a transport whose connections are closed afterwards.
  static func open<Value: Sendable>(
    _ configuration: HubConfiguration, _ body: (HubTransport) async throws(HubError) -> Value
  ) async throws(HubError) -> Value {
    let transport = try HubTransport(configuration)
    let result: Result<Value, HubError>
    do {
      result = .success(try await body(transport))
    } catch {
      result = .failure(error)
    }
    // Closing can only fail when it was closed before, which nobody else can do.
    try? await transport.direct.shutdown()
    try? await transport.proxied?.shutdown()
    return try result.get()
  }

  private init(_ configuration: HubConfiguration) throws(HubError) {
    var settings = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: .init(
        connect: .nanoseconds(configuration.connectTimeout.wholeNanoseconds),
        read: .nanoseconds(configuration.stallTimeout.wholeNanoseconds)),
      decompression: .disabled)
    settings.httpVersion = .automatic
    // Our own retry policy decides, with events that the user sees.
    settings.connectionPool.retryConnectionEstablishment = false
    if let path = configuration.certificateFile {
      guard DiskFile.size(of: path) != nil else {
        throw HubError(
          .invalidConfiguration, context: path, expected: "a PEM file of certificate authorities", found: "no file",
          hint: "Correct SSL_CERT_FILE or unset it")
      }
      var security = TLSConfiguration.makeClientConfiguration()
      security.trustRoots = .file(path)
      settings.tlsConfiguration = security
    }
    direct = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
    proxy = configuration.proxy
    if let proxy {
      if let user = proxy.user {
        settings.proxy = .server(
          host: proxy.host, port: proxy.port,
          authorization: .basic(username: user, password: proxy.password ?? ""))
      } else {
        settings.proxy = .server(host: proxy.host, port: proxy.port)
      }
      proxied = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
    } else {
      proxied = nil
    }
  }

  /// Sends one request and follows redirects.
  func get(_ request: Request) async throws(HubError) -> Answer {
    var address = request.address
    var seen: Set<HubAddress> = []
    var linkedTag: String?
    for _ in 0...HubTransport.longestChain {
      guard seen.insert(address).inserted else {
        throw HubError(
          .redirect, context: request.address.description, expected: "a file", found: "redirects that go in a circle",
          hint: "Try again later or use another hub")
      }
      let response = try await send(request, to: address)
      linkedTag = linkedTag ?? response.headers.first(name: "X-Linked-Etag")
      let status = Int(response.status.code)
      guard [301, 302, 303, 307, 308].contains(status) else {
        return Answer(
          status: status, headers: response.headers, body: response.body, address: address, linkedTag: linkedTag)
      }
      guard let location = response.headers.first(name: "Location") else {
        throw HubError(
          .badResponse, context: address.description, expected: "a Location header", found: "status \(status)")
      }
      address = try address.following(location: location)
    }
    throw HubError(
      .redirect, context: request.address.description, expected: "at most \(HubTransport.longestChain) redirects",
      found: "more", hint: "Try again later or use another hub")
  }

  private func send(_ request: Request, to address: HubAddress) async throws(HubError) -> HTTPClientResponse {
    var message = HTTPClientRequest(url: address.text)
    message.headers.add(name: "User-Agent", value: "inkstone")
    message.headers.add(name: "Accept", value: "*/*")
    if request.start > 0 { message.headers.add(name: "Range", value: "bytes=\(request.start)-") }
    if let token = request.token, address.origin == request.address.origin {
      message.headers.add(name: "Authorization", value: "Bearer \(token)")
    }
    let client =
      if let proxied, let proxy, !proxy.bypasses(address.origin.host) { proxied } else { direct }
    do {
      return try await client.execute(message, deadline: .distantFuture)
    } catch {
      throw HubTransport.failure(error, at: address)
    }
  }

  /// Turns a networking error into ours.
  static func failure(_ error: any Error, at address: HubAddress) -> HubError {
    if let error = error as? HubError { return error }
    if error is CancellationError || (error as? HTTPClientError) == .cancelled {
      return HubError(.cancelled, context: address.description, found: "the task was cancelled")
    }
    if (error as? HTTPClientError) == .readTimeout {
      return HubError(
        .stalled, context: address.description, expected: "data", found: "silence beyond the stall timeout",
        hint: "Check the network and run the command again; it continues where it stopped")
    }
    return HubError(
      .network, context: address.description, found: "the connection failed (\(error))",
      hint:
        "Check the network, HTTPS_PROXY and the hub's address, then run the command again; it goes on where it stopped"
    )
  }
}

extension Duration {
  /// Nanoseconds, at the longest about 292 years.
  var wholeNanoseconds: Int64 {
    let parts = components
    let seconds = parts.seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if seconds.overflow { return .max }
    let sum = seconds.partialValue.addingReportingOverflow(parts.attoseconds / 1_000_000_000)
    return sum.overflow ? .max : sum.partialValue
  }
}
