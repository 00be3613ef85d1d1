/// A JSON value whose objects keep the order of their members.
///
/// Tool schemas and tool arguments are rendered into prompts, where the order of the members is part of what a model
/// was trained on; that is why an object is a list and not a dictionary.
public indirect enum JSONValue: Sendable, Hashable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([JSONMember])

  /// The value of the object's member of that name (the last one if the name repeats), nil for other kinds of value.
  public subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.name == name }?.value
  }
}
