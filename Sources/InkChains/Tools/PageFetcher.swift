import Foundation
import InkRetrieval

/// Fetches pages of the public internet, and of nothing else: every address that a name has must be a public one, also
/// after each redirect.
public struct PageFetcher: Sendable {
  private let transport: FetchTransport
  private let largest: Int
  private let time: Duration
  private let redirects: Int

  /// A fetcher.
  ///
  /// - Parameters:
  ///   - largest: the most bytes of a body.
  ///   - time: how long a fetch may take with all its redirects.
  ///   - redirects: how many are followed.
  public init(_ transport: FetchTransport, largest: Int = 1 << 20, time: Duration = .seconds(20), redirects: Int = 5) {
    self.transport = transport
    self.largest = largest
    self.time = time
    self.redirects = redirects
  }

  /// The text of a page: of HTML what a reader sees, of other text all of it.
  ///
  /// - Throws: `refused` for an address that is not public, another scheme, another port than 80 and 443, a name with a
  ///   password, too large a body or one that is not text; `tool` when it cannot be fetched; `budget` when it takes too
  ///   long.
  public func text(of address: String, in context: ChainContext) async throws(ChainError) -> String {
    let limited = context.limited(to: Budget(time: time))
    return try await limited.withinTime { () async throws(ChainError) in
      var address = address
      for _ in 0...max(redirects, 0) {
        let response = try await fetch(address)
        guard (300..<400).contains(response.status), let location = response.location else {
          return try text(response, address)
        }
        guard let next = URL(string: location, relativeTo: URL(string: address)) else {
          throw ChainError(.tool, context: address, expected: "a redirect to an address", found: "\"\(location)\"")
        }
        address = next.absoluteString
      }
      throw ChainError(.refused, context: address, expected: "at most \(redirects) redirects", found: "more")
    }
  }

  private func fetch(_ address: String) async throws(ChainError) -> FetchTransport.Response {
    let (url, host) = try Self.checked(address)
    let networks: [String]
    if NetworkAddress(host) != nil {
      networks = [host]
    } else {
      do { networks = try await transport.resolve(host) } catch {
        throw ChainError(.tool, context: host, expected: "a name that can be resolved", found: "\(error)")
      }
    }
    guard let first = networks.first else {
      throw ChainError(.tool, context: host, expected: "a name with an address", found: "none")
    }
    for network in networks {
      guard let known = NetworkAddress(network), known.isPublic else {
        throw ChainError(
          .refused, context: address, expected: "an address of the public internet", found: network,
          hint: "Machines of the own network cannot be fetched.")
      }
    }
    do { return try await transport.fetch(url, first, largest) } catch {
      throw ChainError(.tool, context: address, expected: "an answer", found: "\(error)")
    }
  }

  private func text(_ response: FetchTransport.Response, _ address: String) throws(ChainError) -> String {
    guard (200..<300).contains(response.status) else {
      throw ChainError(.tool, context: address, expected: "status 200", found: "\(response.status)")
    }
    guard response.body.count <= largest else {
      throw ChainError(.refused, context: address, expected: "at most \(largest) bytes", found: "more")
    }
    let type = response.contentType.lowercased()
    let isText =
      type.hasPrefix("text/") || type.contains("json") || type.contains("xml") || type.contains("javascript")
    guard isText else {
      throw ChainError(.refused, context: address, expected: "a page of text", found: response.contentType)
    }
    do throws(RetrievalError) {
      let text = try TextEncoding.text(of: response.body, declared: Self.encoding(type), name: address).text
      guard type.hasPrefix("text/html") || type.hasPrefix("application/xhtml") else { return text }
      return try HTMLLoader().extract(Array(text.utf8), name: address).text
    } catch {
      throw ChainError(.refused, context: address, expected: "a page of text", found: error.description)
    }
  }

  /// The encoding that the media type names; nil when it names none that is known.
  private static func encoding(_ type: String) -> TextEncoding? {
    guard let range = type.firstRange(of: "charset=") else { return nil }
    return TextEncoding(label: String(type[range.upperBound...].prefix { $0 != ";" }))
  }

  private static func checked(_ address: String) throws(ChainError) -> (URL, host: String) {
    func refuse(_ expected: String, _ found: String) -> ChainError {
      ChainError(.refused, context: "address", expected: expected, found: found)
    }
    guard let url = URL(string: address), let scheme = url.scheme?.lowercased(), scheme == "http" || scheme == "https"
    else { throw refuse("http or https", "\"\(address.prefix(200))\"") }
    guard url.user == nil, url.password == nil else { throw refuse("no user and password", "some") }
    if let port = url.port, port != 80, port != 443 { throw refuse("port 80 or 443", "\(port)") }
    guard let host = url.host, !host.isEmpty else { throw refuse("a host", "\"\(address.prefix(200))\"") }
    let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    // 2130706433, 0x7f.1 and 127.1 are addresses to some resolvers though they look like names, and fe80::1%eth0 names
    // a network of the machine.
    if NetworkAddress(bare) == nil, let last = bare.split(separator: ".").last,
      last.allSatisfy(\.isNumber) || last.lowercased().hasPrefix("0x") || bare.contains(":") || bare.contains("%")
    {
      throw refuse("a name or an address in its usual form", bare)
    }
    return (url, bare)
  }
}
