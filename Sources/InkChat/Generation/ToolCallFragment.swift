/// A part of a tool call that the model is writing.
///
/// The first fragment of a call brings its identifier and its name; the arguments of all of them, joined, are the JSON text
/// of the call's arguments.
public struct ToolCallFragment: Sendable, Hashable {
  /// The number of the call in this answer, from 0.
  public var index: Int
  /// Identifier and name; only in the call's first fragment.
  public var opening: Opening?
  /// JSON text to append to the call's arguments; may be empty.
  public var arguments: String

  /// What the first fragment of a call tells.
  public struct Opening: Sendable, Hashable {
    /// Ties the tool's answer to the call.
    public var identifier: String
    /// The name of the tool.
    public var name: String

    /// An opening with every field given.
    public init(identifier: String, name: String) {
      self.identifier = identifier
      self.name = name
    }
  }

  /// A fragment with every field given.
  public init(index: Int, opening: Opening? = nil, arguments: String) {
    self.index = index
    self.opening = opening
    self.arguments = arguments
  }
}
