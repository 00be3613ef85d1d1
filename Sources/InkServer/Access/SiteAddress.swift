/// The name and the port that a browser reaches a site by.
struct SiteAddress: Sendable, Hashable {
  /// A name or an address in lower case, without the brackets of IPv6.
  let name: String
  /// Nil where the scheme's own is meant.
  let port: Int?

  /// The value of `Host`: `name`, `name:port` or `[address]:port`.
  init(authority: String) {
    var rest = authority[...]
    let name: Substring
    if rest.first == "[", let end = rest.firstIndex(of: "]") {
      name = rest[rest.index(after: rest.startIndex)..<end]
      rest = rest[rest.index(after: end)...]
    } else if rest.count(where: { $0 == ":" }) > 1 {
      // An address of IPv6 as it is given to listen on.
      (name, rest) = (rest, "")
    } else {
      name = rest.prefix { $0 != ":" }
      rest = rest[name.endIndex...]
    }
    self.name = (name.last == "." ? name.dropLast() : name).lowercased()
    let port = rest.first == ":" ? Int(rest.dropFirst()) : nil
    self.port = port == 80 || port == 443 ? nil : port
  }

  /// The value of `Origin` of a page of the web; nil for one of another scheme.
  init?(origin: String) {
    for scheme in ["http://", "https://"] where origin.lowercased().hasPrefix(scheme) {
      self.init(authority: String(origin.dropFirst(scheme.count)))
      return
    }
    return nil
  }

  /// Whether it is this machine by itself.
  var isLoopback: Bool {
    name == "localhost" || name.hasSuffix(".localhost") || name == "::1" || (isAddress && name.hasPrefix("127."))
  }

  /// Whether nobody outside can have made it point here: an address, a name without a domain, or a name of a domain that
  /// no registry gives away (RFC 6761, RFC 6762, and `internal`).
  var isOfThisNetwork: Bool {
    isAddress || !name.contains(".") || [".localhost", ".local", ".internal"].contains { name.hasSuffix($0) }
  }

  private var isAddress: Bool {
    if name.contains(":") { return true }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
  }
}
