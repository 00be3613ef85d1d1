#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Decoding of what hubs answer.
enum HubJSON {
  static func decode<Value: Decodable>(
    _ type: Value.Type, _ bytes: [UInt8], _ subject: String
  ) throws(HubError) -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch {
      throw HubError(
        .badResponse, context: subject, expected: "a JSON answer of the hub's API",
        found: "\(bytes.count) bytes that cannot be read as one", hint: "Check that the hub's address is right")
    }
  }

  /// The hash in a listing; one that is there but is not a hash is refused, because it would become a file name.
  static func hash(_ text: String?, of file: String, in repository: HubRepository) throws(HubError) -> ContentHash? {
    guard let text, !text.isEmpty else { return nil }
    guard let hash = ContentHash(hexadecimal: text) else {
      throw HubError(
        .badResponse, context: "\(repository): \(file)", expected: "a hash of 40 or 64 hexadecimal digits",
        found: HubPath.quoted(text), hint: "Check that the hub's address is right")
    }
    return hash
  }
}
