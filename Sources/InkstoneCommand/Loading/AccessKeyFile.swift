package import InkServer

/// A file of API keys: on each line the key, and behind blanks a name, requests a minute and requests at once.
package enum AccessKeyFile {
  /// The keys of a file; empty lines and those that begin with `#` are passed over.
  ///
  /// - Throws: `invalidData` naming the line, never the key.
  package static func keys(in text: String, file: String) throws(CommandError) -> [AccessKey] {
    var keys: [AccessKey] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let words = line.split { $0.isWhitespace }.map(String.init)
      guard let secret = words.first, !secret.hasPrefix("#") else { continue }
      let place = "\(file):\(index + 1)"
      guard words.count <= 4, secret.utf8.count >= 8 else {
        throw CommandError(
          .invalidData, context: place,
          expected: "a key of at least 8 characters, and perhaps a name, requests a minute and requests at once",
          found: words.count > 4 ? "\(words.count) words" : "a key of \(secret.utf8.count) characters")
      }
      guard !keys.contains(where: { $0.secret == secret }) else {
        throw CommandError(.invalidData, context: place, expected: "another key", found: "one that stands above")
      }
      keys.append(
        AccessKey(
          secret: secret, name: words.count > 1 ? words[1] : "key \(keys.count + 1)",
          requestsPerMinute: try limit(words, at: 2, place: place),
          concurrentRequests: try limit(words, at: 3, place: place)))
    }
    guard !keys.isEmpty else {
      throw CommandError(.invalidData, context: file, expected: "at least one key", found: "none")
    }
    return keys
  }

  private static func limit(_ words: [String], at index: Int, place: String) throws(CommandError) -> Int? {
    guard index < words.count, words[index] != "-" else { return nil }
    guard let value = Int(words[index]), value > 0 else {
      throw CommandError(.invalidData, context: place, expected: "a number above 0, or -", found: words[index])
    }
    return value
  }
}
