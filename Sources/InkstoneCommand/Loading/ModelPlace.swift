import InkChat

/// Where a model of any kind is: on this machine, or behind an endpoint with OpenAI's API.
package enum ModelPlace: Sendable, Equatable {
  /// A built-in name, a file, a folder or a repository.
  case local(String)
  /// A model at an address such as `http://127.0.0.1:8080/v1`.
  case remote(address: String, model: String)

  /// Reads `http://host/v1#model`; anything else is local.
  ///
  /// - Throws: ``CommandError`` with code `usage` for an address without a model.
  package init(_ text: String) throws(CommandError) {
    guard text.hasPrefix("http://") || text.hasPrefix("https://") else {
      self = .local(text)
      return
    }
    let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[1].isEmpty else {
      throw CommandError(
        .usage, context: "model \(text)", expected: "an address and a model, as in http://127.0.0.1:8080/v1#name",
        found: "no model")
    }
    self = .remote(address: String(parts[0]), model: String(parts[1]))
  }
}
