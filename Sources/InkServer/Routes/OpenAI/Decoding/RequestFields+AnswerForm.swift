import InkChat

extension RequestFields {
  /// What the answer must look like: `response_format`, `structured_outputs`, one of `guided_json`, `guided_regex`,
  /// `guided_grammar`, `guided_choice`, or llama.cpp's `json_schema` and `grammar`. At most one of them may be given.
  mutating func answerForm() throws(ServerError) -> AnswerForm {
    var forms: [(name: String, form: AnswerForm)] = []
    if let form = try responseFormat() { forms.append(("response_format", form)) }
    let structured = try object("structured_outputs") { (inner) throws(ServerError) in
      var forms = try inner.forms(json: "json", regex: "regex", grammar: "grammar", choice: "choice")
      if try inner.boolean("json_object") == true { forms.append((inner.path("json_object"), .jsonObject)) }
      return forms
    }
    forms += structured ?? []
    forms += try self.forms(
      json: "guided_json", regex: "guided_regex", grammar: "guided_grammar", choice: "guided_choice")
    if let schema = try schema("json_schema") { forms.append((path("json_schema"), .jsonSchema(schema))) }
    if let rules = try string("grammar") { forms.append((path("grammar"), .grammar(rules))) }
    guard forms.count <= 1 else {
      throw invalid(forms[1].name, "absent where \"\(forms[0].name)\" says what the answer looks like")
    }
    return forms.first?.form ?? .free
  }

  private mutating func forms(
    json: String, regex: String, grammar: String, choice: String
  ) throws(ServerError) -> [(name: String, form: AnswerForm)] {
    var forms: [(name: String, form: AnswerForm)] = []
    if let schema = try schema(json) { forms.append((path(json), .jsonSchema(schema))) }
    if let pattern = try string(regex) { forms.append((path(regex), .regularExpression(pattern))) }
    if let rules = try string(grammar) { forms.append((path(grammar), .grammar(rules))) }
    if let texts = try array(choice, atMost: 4096) {
      var choices: [String] = []
      for text in texts {
        guard case .string(let text) = text else { throw invalid(choice, "an array of strings", found: text) }
        choices.append(text)
      }
      guard !choices.isEmpty else { throw invalid(choice, "an array of at least one string") }
      forms.append((path(choice), .choice(choices)))
    }
    return forms
  }

  /// A JSON Schema, as JSON or as the text of it.
  private mutating func schema(_ name: String) throws(ServerError) -> JSONValue? {
    guard let value = value(name) else { return nil }
    switch value {
    case .object, .boolean: return value
    case .string(let text):
      do throws(JSONError) { return try JSONValue(parsing: text, limits: JSONLimits(depth: 64, values: 100_000)) } catch
      {
        throw invalid(name, "a JSON Schema, or its text; \(error)")
      }
    case .null, .integer, .number, .array: throw invalid(name, "a JSON Schema", found: value)
    }
  }

  private mutating func responseFormat() throws(ServerError) -> AnswerForm? {
    let form = try object("response_format") { (format) throws(ServerError) -> AnswerForm? in
      guard let kind = try format.word("type", of: ResponseFormat.self) else { throw format.missing("type") }
      switch kind {
      case .text: return nil
      case .jsonObject: return .jsonObject
      case .jsonSchema:
        let form = try format.object("json_schema") { (description) throws(ServerError) -> AnswerForm in
          // The name and the description are for a model's eyes, and no template has a place for them; the schema is
          // kept to strictly in any case.
          description.ignore("name", "description", "strict")
          guard let schema = try description.schema("schema") else { throw description.missing("schema") }
          return .jsonSchema(schema)
        }
        guard let form else { throw format.missing("json_schema") }
        return form
      }
    }
    return form ?? nil
  }
}

private enum ResponseFormat: String, CaseIterable {
  case text
  case jsonObject = "json_object"
  case jsonSchema = "json_schema"
}
