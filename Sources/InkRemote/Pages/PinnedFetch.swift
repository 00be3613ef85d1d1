import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Fetches a page from a network address that was chosen before, whatever the host's name means by then.
///
/// A name that is looked up twice can mean two addresses; here it is not looked up at all. Redirects are not followed.
public struct PinnedFetch: Sendable {
  /// A response, cut where the reader had enough.
  public struct Response: Sendable, Hashable {
    /// The status code.
    public var status: Int
    /// Where the response sends the reader, if it does.
    public var location: String?
    /// The media type, as the header says.
    public var contentType: String
    /// The body, at most one byte more than was allowed.
    public var body: [UInt8]
  }

  private let timeout: Duration

  /// A fetch.
  ///
  /// - Parameter timeout: how long a connection may take, and how long a response may pause.
  public init(timeout: Duration = .seconds(10)) { self.timeout = timeout }

  /// Fetches an address.
  ///
  /// - Parameters:
  ///   - host: the host's name in `address`, or the network address itself.
  ///   - network: the network address to connect to.
  ///   - limit: the most bytes of the body; one more is read, so that a longer one can be told.
  public func response(
    of address: String, host: String, network: String, limit: Int
  ) async throws -> Response {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: HTTPClient.Configuration.Timeout(connect: TimeAmount(timeout), read: TimeAmount(timeout)),
      decompression: .disabled)
    // Encrypted connections are checked against the name all the same.
    if host != network { configuration.dnsOverride = [host: network] }
    // A client for each fetch: connections of one with another address must not be used again.
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    do {
      let response = try await fetch(address, client, limit)
      try? await client.shutdown()
      return response
    } catch {
      try? await client.shutdown()
      throw error
    }
  }

  private func fetch(_ address: String, _ client: HTTPClient, _ limit: Int) async throws -> Response {
    var request = HTTPClientRequest(url: address)
    request.headers.add(name: "user-agent", value: "inkstone")
    request.headers.add(name: "accept", value: "text/*, application/json;q=0.9, */*;q=0.1")
    let answer = try await client.execute(request, timeout: TimeAmount(timeout) * 4)
    var body: [UInt8] = []
    let most = limit == Int.max ? limit : max(limit, 0) + 1
    for try await piece in answer.body {
      body.append(contentsOf: piece.readableBytesView.prefix(most - body.count))
      if body.count >= most { break }
    }
    return Response(
      status: Int(answer.status.code), location: answer.headers.first(name: "location"),
      contentType: answer.headers.first(name: "content-type") ?? "", body: body)
  }
}
