public import InkRetrieval

extension PostgreSQLAddress {
  /// Reads `postgresql://user:password@host:port/database` (or `postgres://`). Reserved characters are written as `%40`
  /// and the like. `?host=/folder` in place of the host names the folder of a socket on this machine.
  ///
  /// - Throws: `invalidSetting` for anything else, without showing the password; `unsupported` for TLS.
  public init(_ text: String) throws(RetrievalError) {
    guard let scheme = ["postgresql://", "postgres://"].first(where: text.hasPrefix) else {
      throw Self.wrong("something that does not begin with postgresql://")
    }
    let rest = text.dropFirst(scheme.count)
    guard !rest.contains("#") else { throw Self.wrong("a \"#\"; write it as %23") }
    let query = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let path = query[0].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard path.count == 2, !path[1].isEmpty, !path[1].contains("/") else {
      throw Self.wrong("no database, or more than one, after the host")
    }
    let authority = path[0].split(separator: "@", omittingEmptySubsequences: false)
    guard authority.count == 2 else { throw Self.wrong("no user, or a second \"@\"; write that one as %40") }
    let credentials = authority[0].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard !credentials[0].isEmpty else { throw Self.wrong("no user before the \"@\"") }

    let folder = try Self.folder(query.count == 2 ? query[1] : nil)
    let endpoint = try Self.endpoint(authority[1], folder: folder)
    self.init(
      endpoint, user: try Self.decoded(credentials[0], "user"),
      password: credentials.count == 2 ? try Self.decoded(credentials[1], "password") : nil,
      database: try Self.decoded(path[1], "database"))
  }

  private static func endpoint(_ text: Substring, folder: String?) throws(RetrievalError) -> Endpoint {
    var (host, port) = (text, usualPort)
    let end = host.hasPrefix("[") ? host.firstIndex(of: "]") ?? host.endIndex : host.startIndex
    if let colon = host[end...].lastIndex(of: ":") {
      let digits = host[host.index(after: colon)...]
      guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits),
        (1...65535).contains(number)
      else { throw wrong("a port that is none from 1 to 65535") }
      (host, port) = (host[..<colon], number)
    }
    if host.hasPrefix("[") {
      guard host.hasSuffix("]"), host.count > 2 else { throw wrong("a \"[\" without its \"]\"") }
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      throw wrong("a host with colons; write an IPv6 address in brackets")
    }
    switch (host.isEmpty, folder) {
    case (true, let folder?): return .folder(folder, port: port)
    case (false, nil): return .host(try decoded(host, "host"), port: port)
    case (true, nil): throw wrong("no host")
    case (false, _?): throw wrong("a host and a folder of a socket; leave one of them out")
    }
  }

  /// Reads what stands behind the question mark.
  private static func folder(_ query: Substring?) throws(RetrievalError) -> String? {
    guard let query else { return nil }
    var folder: String?
    for setting in query.split(separator: "&", omittingEmptySubsequences: false) {
      let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = parts.count == 2 ? try decoded(parts[1], String(parts[0])) : ""
      switch (parts[0], value) {
      case ("host", let path):
        guard path.hasPrefix("/"), folder == nil else {
          throw wrong("a second \"host=\", or one that is no folder from the root")
        }
        folder = path
      case ("sslmode", "disable"): break
      case ("sslmode", let mode):
        throw RetrievalError(
          .unsupported, context: "PostgreSQL address", expected: "sslmode=disable", found: "sslmode=\(mode)",
          hint: "TLS is not supported: use a socket, a network that is trusted, or a tunnel.")
      case (let name, _): throw wrong("the setting \"\(name.prefix(40))\"; host and sslmode are known")
      }
    }
    return folder
  }

  /// Replaces `%41` by what it stands for.
  private static func decoded(_ text: Substring, _ part: String) throws(RetrievalError) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = rest.prefix(2)
      guard digits.count == 2, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
        let value = UInt8(Substring(digits), radix: 16)
      else { throw wrong("a \"%\" in the \(part) without two digits after it; write a percent sign as %25") }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    guard !bytes.isEmpty || part == "password", !bytes.contains(0),
      let text = String(validating: bytes, as: UTF8.self)
    else { throw wrong("a \(part) that is empty, or not of characters") }
    return text
  }

  private static func wrong(_ found: String) -> RetrievalError {
    RetrievalError(
      .invalidSetting, context: "PostgreSQL address",
      expected: "postgresql://user:password@host:port/database, or postgresql://user@/database?host=/folder",
      found: found, hint: "Correct the address.")
  }
}
