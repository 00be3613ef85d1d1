/// One part of a message.
public enum MessagePart: Sendable, Hashable {
  case text(String)
  case image(ImageSource)
}
