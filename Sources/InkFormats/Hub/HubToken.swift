/// Where an access token comes from. Its description never shows the token.
public enum HubToken: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible {
  /// No token: only public models can be read.
  case none
  /// The token itself.
  case value(String)
  /// A file that holds the token, read when a request is made; a missing file means no token.
  case file(String)

  /// The kind, with the secret masked.
  public var description: String {
    switch self {
    case .none: "no token"
    case .value: "token ***"
    case .file(let path): "token from \(path)"
    }
  }

  /// The same as `description`, so that a dump of the configuration does not leak the token.
  public var debugDescription: String { description }

  /// The token's text, or nil when there is none. Characters that cannot stand in a header line make it unusable.
  func read() throws(HubError) -> String? {
    let text: String
    switch self {
    case .none: return nil
    case .value(let value): text = value
    case .file(let path):
      guard DiskFile.kind(of: path) == .regular else { return nil }
      text = String(decoding: try DiskFile.readAll(path, limit: 64 * 1024), as: UTF8.self)
    }
    let trimmed = text.trimmingBlanks()
    if trimmed.isEmpty { return nil }
    guard trimmed.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw HubError(
        .invalidConfiguration, context: "\(self)", expected: "a token of visible ASCII characters",
        found: "other characters", hint: "Check HF_TOKEN, HF_TOKEN_PATH or MODELSCOPE_API_TOKEN")
    }
    return trimmed
  }
}
