import InkChat

extension RequestFields {
  /// The members of a tool's description where they stand in the tool itself, as newer interfaces have them.
  ///
  /// - Parameters:
  ///   - schema: the member with the JSON Schema of the arguments.
  ///   - others: members that are no part of the description.
  mutating func flatTool(schema: String, others: Set<String>) throws(ServerError) -> ToolDefinition {
    let name = try requiredString("name")
    guard !name.isEmpty, name.utf8.count <= 256 else { throw invalid("name", "a name of 1 to 256 bytes") }
    let description = try string("description") ?? ""
    let parameters = try members(schema).map { JSONValue.object($0) }
    var further: [JSONMember] = []
    for name in names where !others.union(["name", "description", schema]).contains(name) {
      // Whatever else describes the tool is the template's to use.
      if let value = value(name) { further.append(JSONMember(name, value)) }
    }
    return ToolDefinition(
      name: name, description: description,
      parameters: parameters ?? ["type": "object", "properties": .object([])], further: further)
  }

  /// Checks that every tool has a name of its own.
  func checkNames(of tools: [ToolDefinition]) throws(ServerError) {
    var names: Set<String> = []
    for tool in tools where !names.insert(tool.name).inserted {
      throw invalid("tools", "tools of different names", found: .string(tool.name))
    }
  }

  /// `metadata`: at most 16 texts under short names.
  mutating func metadata() throws(ServerError) -> [JSONMember]? {
    guard let members = try members("metadata") else { return nil }
    guard members.count <= 16 else { throw invalid("metadata", "an object of at most 16 members") }
    for member in members {
      guard member.name.utf8.count <= 64, case .string(let text) = member.value, text.unicodeScalars.count <= 512 else {
        throw invalid("metadata", "made of strings of at most 512 characters under names of at most 64")
      }
    }
    return members
  }
}
