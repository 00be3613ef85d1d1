/// The formats of pictures that are read.
enum ImageFormat {
  case png
  case jpeg

  /// The signature of PNG (PNG specification, 5.2).
  static let pngSignature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

  /// The format that the first bytes say; nil for none of these.
  init?(of bytes: [UInt8]) {
    if bytes.starts(with: ImageFormat.pngSignature) {
      self = .png
    } else if bytes.starts(with: [0xff, 0xd8, 0xff]) {
      self = .jpeg
    } else {
      return nil
    }
  }

  /// What a file of another format is, for a message.
  static func describe(_ bytes: [UInt8]) -> String {
    func has(_ text: String, at place: Int = 0) -> Bool { bytes.dropFirst(place).starts(with: text.utf8) }
    if bytes.isEmpty { return "an empty file" }
    if has("GIF8") { return "a GIF image" }
    if has("RIFF"), has("WEBP", at: 8) { return "a WebP image" }
    if has("BM") { return "a BMP image" }
    if has("ftyp", at: 4) { return "a HEIF or AVIF image, or a film" }
    if has("II*\0") || has("MM\0*") { return "a TIFF image" }
    return "bytes of another kind"
  }
}
