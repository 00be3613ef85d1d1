import Foundation

/// The file that stands in a base's folder where the base itself is on a server: `server.json`, with its address.
struct ServerEntry: Codable {
  static let fileName = "server.json"
  /// More bytes than any address has.
  private static let largestSize = 16_384

  var store: String

  /// Reads an entry.
  ///
  /// - Throws: `store` for one that is damaged.
  static func read(_ path: String) throws(RetrievalError) -> ServerEntry {
    let bytes = FileManager.default.contents(atPath: path)
    guard let bytes, bytes.count <= largestSize, let entry = try? JSONDecoder().decode(ServerEntry.self, from: bytes)
    else {
      throw RetrievalError(
        .store, context: path, expected: "the address of a server", found: "something else",
        hint: "Forget the base and join it again.")
    }
    return entry
  }

  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try (try encoder.encode(self) + Data("\n".utf8)).write(to: URL(fileURLWithPath: path))
  }
}
