/// An HTTP proxy and the hosts that are reached without it.
public struct HubProxy: Sendable, Equatable {
  /// Name or number of the proxy's host.
  public let host: String
  /// Its port.
  public let port: Int
  /// User name and password, when the address carried them.
  let user: String?
  let password: String?
  /// Hosts (and all below them) that are reached directly; `*` means all.
  public let exceptions: [String]

  /// Reads `http://[user:password@]host[:port]` and a comma-separated list of exceptions as in `NO_PROXY`.
  ///
  /// - Throws: `HubError` with code `invalidConfiguration` for an address that is not of this form.
  public init(address: String, exceptions: String) throws(HubError) {
    func refuse(_ found: String) -> HubError {
      HubError(
        .invalidConfiguration, context: "proxy address", expected: "http://host:port", found: found,
        hint: "Correct HTTPS_PROXY or unset it")
    }
    var rest = Substring(address)
    if let scheme = rest.firstRange(of: "://") {
      guard rest[..<scheme.lowerBound].lowercased() == "http" else { throw refuse("another scheme than http") }
      rest = rest[scheme.upperBound...]
    }
    rest = rest.prefix { $0 != "/" }
    var user: String?
    var password: String?
    if let at = rest.lastIndex(of: "@") {
      let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      user = parts.first.map { PercentCoding.decoded(String($0)) }
      password = parts.count > 1 ? PercentCoding.decoded(String(parts[1])) : ""
      rest = rest[rest.index(after: at)...]
    }
    var port = 80
    if let colon = rest.lastIndex(of: ":"), !rest.hasSuffix("]") {
      guard let number = Int(rest[rest.index(after: colon)...]), (1...65535).contains(number) else {
        throw refuse("no port number after the colon")
      }
      port = number
      rest = rest[..<colon]
    }
    guard !rest.isEmpty else { throw refuse("no host") }
    self.host = String(rest)
    self.port = port
    self.user = user
    self.password = password
    self.exceptions = exceptions.split(separator: ",").map { entry in
      var name = String(entry).trimmingBlanks().lowercased()
      if name.hasPrefix("*.") { name.removeFirst(1) }
      if name.hasPrefix(".") { name.removeFirst() }
      return name
    }.filter { !$0.isEmpty }
  }

  /// Whether `host` is reached without the proxy.
  package func bypasses(_ host: String) -> Bool {
    let host = host.lowercased()
    return exceptions.contains { $0 == "*" || host == $0 || host.hasSuffix("." + $0) }
  }
}
