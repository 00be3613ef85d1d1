/// Where the bytes of an image come from.
public enum ImageSource: Sendable, Hashable {
  /// An encoded image (PNG, JPEG …) with its media type, such as `image/png`.
  case encoded(bytes: [UInt8], mediaType: String)
  /// An address that the model's side fetches.
  case address(String)
}
