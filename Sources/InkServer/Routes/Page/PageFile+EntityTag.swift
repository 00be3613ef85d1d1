import Crypto
import Foundation

extension PageFile {
  /// A strong entity tag (RFC 9110, 8.8.3) of the content, quotes included: another content has another tag.
  var entityTag: String {
    let digest = SHA256.hash(data: bytes)
    return "\"" + Data(digest.prefix(16)).base64EncodedString() + "\""
  }

  /// Whether the list of tags that a browser already has (`If-None-Match`) holds this one.
  static func matches(_ tag: String, anyOf list: String) -> Bool {
    list.split(separator: ",").contains { entry in
      let entry = entry.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }
      return entry == "*" || entry == tag || entry == "W/" + tag
    }
  }
}
