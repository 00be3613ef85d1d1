/// Where outputs are kept by name.
public protocol ChainCache: Sendable {
  /// What was kept under the key; nil when nothing is.
  func text(for key: String) async throws(ChainError) -> String?
  /// Keeps a text under a key in place of what was there.
  func keep(_ text: String, for key: String) async throws(ChainError)
}
