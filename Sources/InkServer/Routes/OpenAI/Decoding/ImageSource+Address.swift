import Foundation
import InkChat

extension ImageSource {
  /// An image from a `data:` address.
  ///
  /// The server fetches nothing from the network on behalf of a request: an address could be one that only this machine
  /// can reach.
  init(address: String, in fields: RequestFields, _ name: String) throws(ServerError) {
    let lowered = address.prefix(16).lowercased()
    guard lowered.hasPrefix("data:") else {
      if lowered.hasPrefix("http:") || lowered.hasPrefix("https:") {
        throw fields.unsupported(
          name, "this server fetches no images from the network. Send the image itself, as data:image/png;base64,….")
      }
      throw fields.invalid(name, "an address of the form data:image/png;base64,…")
    }
    guard let comma = address.firstIndex(of: ",") else {
      throw fields.invalid(name, "an address of the form data:image/png;base64,…")
    }
    let head = address[..<comma].dropFirst("data:".count).lowercased()
    let parts = head.split(separator: ";").map(String.init)
    guard let mediaType = parts.first, mediaType.hasPrefix("image/"), parts.last == "base64" else {
      throw fields.invalid(name, "an image in base64: data:image/png;base64,…")
    }
    guard let bytes = Data(base64Encoded: String(address[address.index(after: comma)...])), !bytes.isEmpty else {
      throw fields.invalid(name, "valid base64 behind the comma")
    }
    self = .encoded(bytes: [UInt8](bytes), mediaType: mediaType)
  }
}
