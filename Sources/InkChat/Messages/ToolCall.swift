/// A call of a tool that a model asks for.
public struct ToolCall: Sendable, Hashable {
  /// Ties the tool's answer to the call; unique inside a conversation.
  public var identifier: String
  /// The name of the tool.
  public var name: String
  /// Usually an object; kept as the model wrote it, in its order.
  public var arguments: JSONValue

  /// A call with every field given.
  public init(identifier: String, name: String, arguments: JSONValue) {
    self.identifier = identifier
    self.name = name
    self.arguments = arguments
  }
}
