package import InkChat

/// What is known of something the server keeps.
package struct StoredRecord: Sendable, Hashable {
  /// Its identifier.
  package var identifier: StoredIdentifier
  /// When it was made, in seconds since 1970.
  package var created: Int
  /// When it is dropped, in seconds since 1970; nil keeps it.
  package var expires: Int?
  /// The name of the key of whoever made it. Nobody else sees it.
  package var owner: String
  /// Its number among all of its kind: later ones have higher numbers.
  package var number: Int
  /// Everything else, as the routes need it.
  package var body: JSONValue
}

extension StoredRecord {
  /// How many bytes the first line, and so the reading of it, may have.
  static let headBytes = 8192

  /// One line about the record, to be read alone when a store is opened; then the body.
  var bytes: [UInt8] {
    let head: JSONValue = [
      "created": .integer(Int64(created)), "expires": expires.map { .integer(Int64($0)) } ?? .null,
      "owner": .string(owner), "number": .integer(Int64(number)),
    ]
    return Array("\(head.text)\n\(body.text)\n".utf8)
  }

  /// Reads what `bytes` wrote; nil for anything else. Without its end, the body is `null`.
  init?(_ identifier: StoredIdentifier, parsing bytes: [UInt8]) {
    guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")),
      let head = try? JSONValue(parsing: Array(bytes[..<end])),
      case .integer(let created)? = head["created"], case .string(let owner)? = head["owner"],
      case .integer(let number)? = head["number"]
    else { return nil }
    self.identifier = identifier
    self.created = Int(created)
    if case .integer(let expires)? = head["expires"] { self.expires = Int(expires) } else { expires = nil }
    self.owner = owner
    self.number = Int(number)
    body = (try? JSONValue(parsing: Array(bytes[(end + 1)...]))) ?? .null
  }
}
