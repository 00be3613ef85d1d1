/// A tool that a model may call.
public struct ToolDefinition: Sendable, Hashable {
  /// The name by which the model calls it.
  public var name: String
  /// What the tool does, for the model to read.
  public var description: String
  /// JSON Schema of the arguments, an object schema.
  public var parameters: JSONValue
  /// Further members of the function's description, such as `strict` or `return`, in order.
  public var further: [JSONMember]

  /// A tool with every field given.
  public init(name: String, description: String, parameters: JSONValue, further: [JSONMember] = []) {
    self.name = name
    self.description = description
    self.parameters = parameters
    self.further = further
  }
}
