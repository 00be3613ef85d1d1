import InkChat

/// The text of a call whose parameters stand between tags.
///
/// Parameters come in the order of the schema, the demanded ones always, the others at the model's choice. A string's
/// text is free up to its closing tag, or one of the values that the schema lists.
struct TaggedCallGrammar {
  let notation: TaggedCallReader.Notation
  let tool: ToolDefinition
  /// The name as it is written.
  let name: String

  var parts: [ConstrainedText] {
    get throws(GenerationError) {
      var parts = opening
      for member in try properties {
        let value = try parameter(member)
        parts.append(required.contains(member.name) ? value : .repeated(value, minimum: 0, maximum: 1))
      }
      switch notation {
      case .glm: parts.append(.mark("</tool_call>"))
      case .qwen: parts += [.literal("</function>\n"), .mark("</tool_call>")]
      }
      return parts
    }
  }

  private var opening: [ConstrainedText] {
    switch notation {
    case .glm: [.mark("<tool_call>"), .literal(name), lineBreak]
    case .qwen: [.mark("<tool_call>"), .literal("\n<function=\(name)>\n")]
    }
  }

  /// Some models of GLM's notation break lines between the tags, others do not.
  private var lineBreak: ConstrainedText { .repeated(.literal("\n"), minimum: 0, maximum: 1) }

  private var properties: [JSONMember] {
    get throws(GenerationError) {
      switch tool.parameters["properties"] {
      case nil, .null?: return []
      case .object(let members)?: return members
      case .boolean?, .integer?, .number?, .string?, .array?:
        throw GenerationError(
          code: .unsupported, context: "tool \"\(tool.name)\": properties", expected: "an object",
          found: "another kind of value")
      }
    }
  }

  private var required: Set<String> {
    guard case .array(let names)? = tool.parameters["required"] else { return [] }
    return Set(names.compactMap { if case .string(let name) = $0 { name } else { nil } })
  }

  private func parameter(_ member: JSONMember) throws(GenerationError) -> ConstrainedText {
    guard !member.name.unicodeScalars.contains(where: { $0 == "<" || $0 == ">" || $0 == "\n" }) else {
      throw GenerationError(
        code: .unsupported, context: "tool \"\(tool.name)\": parameter \"\(member.name)\"",
        expected: "a name without tags and line breaks", hint: "Rename the parameter.")
    }
    switch notation {
    case .glm:
      return .sequence(
        [.mark("<arg_key>"), .literal(member.name), .mark("</arg_key>"), lineBreak, .mark("<arg_value>")]
          + value(member.value, closing: "</arg_value>") + [lineBreak])
    case .qwen:
      return .sequence(
        [.literal("<parameter=\(member.name)>\n")] + value(member.value, closing: "\n</parameter>") + [.literal("\n")])
    }
  }

  /// A value and its closing tag.
  private func value(_ schema: JSONValue, closing: String) -> [ConstrainedText] {
    let listed: [JSONValue]
    switch (schema["enum"], schema["const"]) {
    case (.array(let values)?, _): listed = values
    case (_, let value?): listed = [value]
    case (_, nil): listed = []
    }
    if !listed.isEmpty {
      let texts = listed.map { value -> ConstrainedText in
        if case .string(let text) = value { .literal(text) } else { .literal(value.text) }
      }
      return [texts.count == 1 ? texts[0] : .choice(texts), .literal(closing)]
    }
    switch TaggedValue.ValueType(schema: schema) {
    case .string: return [.anything(upTo: closing)]
    case .other: return [.jsonSchema(withDefinitions(schema)), .literal(closing)]
    case .anything: return [.anything(upTo: closing)]
    }
  }

  /// A parameter's schema alone, with the definitions that it may refer to.
  private func withDefinitions(_ schema: JSONValue) -> JSONValue {
    guard case .object(var members) = schema else { return schema }
    for name in ["$defs", "definitions"] where schema[name] == nil {
      if let definitions = tool.parameters[name] { members.append(JSONMember(name, definitions)) }
    }
    return .object(members)
  }
}
