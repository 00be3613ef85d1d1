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

/// One part of a message.
public enum MessagePart: Sendable, Hashable {
  case text(String)
  case image(ImageSource)
}

/// Where the bytes of an image come from.
public enum ImageSource: Sendable, Hashable {
  /// An encoded image (PNG, JPEG …) with its media type, such as `image/png`.
  case encoded(bytes: [UInt8], mediaType: String)
  /// An address that the model's side fetches.
  case address(String)
}
