import InkChat

/// A revision of the Model Context Protocol. What this package uses of them is the same in all.
enum ContextRevision: String, CaseIterable {
  case november2024 = "2024-11-05"
  case march2025 = "2025-03-26"
  case june2025 = "2025-06-18"
  case november2025 = "2025-11-25"

  /// The one that is asked for and offered.
  static let preferred = june2025

  init?(_ value: JSONValue?) {
    guard case .string(let name)? = value else { return nil }
    self.init(rawValue: name)
  }
}
