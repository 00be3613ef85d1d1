/// A chat template of a model folder; the name is `default` unless the folder gives several.
public struct StoredTemplate: Sendable, Hashable {
  /// For example `default`, `tool_use` or `rag`.
  public let name: String
  /// The Jinja source.
  public let source: String

  /// Makes a template.
  public init(name: String = "default", source: String) {
    self.name = name
    self.source = source
  }
}
