/// What a message says: plain text, or text and images in order.
public enum MessageContent: Sendable, Hashable {
  case text(String)
  case parts([MessagePart])

  /// The text of all text parts joined; images are left out.
  public var text: String {
    switch self {
    case .text(let text): return text
    case .parts(let parts):
      var joined = ""
      for case .text(let text) in parts { joined += text }
      return joined
    }
  }
}
