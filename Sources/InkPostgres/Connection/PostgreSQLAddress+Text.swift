extension PostgreSQLAddress {
  /// The address as it can be read again, without the password.
  public var text: String {
    let (user, database) = (Self.encoded(user), Self.encoded(database))
    return switch endpoint {
    case .host(let host, let port):
      "postgresql://\(user)@\(host.contains(":") ? "[\(host)]" : Self.encoded(host)):\(port)/\(database)"
    case .folder(let folder, let port):
      "postgresql://\(user)@:\(port)/\(database)?host=\(Self.encoded(folder))"
    }
  }

  /// Writes everything but letters, digits and what means nothing in an address as `%41`.
  private static func encoded(_ text: String) -> String {
    text.utf8.map { byte in
      let scalar = Unicode.Scalar(byte)
      let isPlain =
        scalar.isASCII
        && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-._~".contains(Character(scalar)))
      guard !isPlain else { return String(Character(scalar)) }
      let digits = String(byte, radix: 16, uppercase: true)
      return "%" + (digits.count < 2 ? "0" : "") + digits
    }.joined()
  }
}
