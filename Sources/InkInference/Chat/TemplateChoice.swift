/// Which chat template a model is to use.
public enum TemplateChoice: Sendable, Hashable {
  /// The model's own; for a model without one, the format that its configuration names, where it does.
  case automatic
  /// One of the model's own by its name, such as `tool_use`, or else a format of the table, such as `vicuna_v1.1`.
  case named(String)
  /// The text of a Jinja template, and where it is from, for messages.
  case source(String, origin: String)
}
