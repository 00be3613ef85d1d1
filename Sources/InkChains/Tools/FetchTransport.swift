public import Foundation

/// How pages are fetched; the application brings the HTTP client.
public struct FetchTransport: Sendable {
  /// A response, not followed and not longer than was allowed.
  public struct Response: Sendable {
    /// The status code.
    public var status: Int
    /// Where the response sends the reader, if it does.
    public var location: String?
    /// The media type, as the header says.
    public var contentType: String
    /// The body, cut at one byte more than was allowed.
    public var body: [UInt8]

    /// A response.
    public init(status: Int, location: String? = nil, contentType: String, body: [UInt8]) {
      self.status = status
      self.location = location
      self.contentType = contentType
      self.body = body
    }
  }

  /// The addresses of a host's name, each as text.
  public var resolve: @Sendable (_ host: String) async throws -> [String]
  /// Fetches an address with a connection to exactly that network address, so that a second look-up of the name cannot
  /// give another one. Redirects are not followed, and reading stops behind `limit` bytes.
  public var fetch: @Sendable (_ address: URL, _ network: String, _ limit: Int) async throws -> Response

  /// A transport.
  public init(
    resolve: @escaping @Sendable (_ host: String) async throws -> [String],
    fetch: @escaping @Sendable (_ address: URL, _ network: String, _ limit: Int) async throws -> Response
  ) {
    self.resolve = resolve
    self.fetch = fetch
  }
}
