import InkChat

extension Schema {
  /// What stands behind the `?` of a list's address.
  static func listParameters(limit: Int) -> [JSONValue] {
    [
      parameter("after", string, "Begins behind the entry of this identifier."),
      parameter("limit", integer(1...limit)), parameter("order", word("asc", "desc")),
    ]
  }

  /// A parameter behind the `?` of an address, as OpenAPI writes it.
  static func parameter(_ name: String, _ schema: JSONValue, _ description: String = "") -> JSONValue {
    var members = [
      JSONMember("name", .string(name)), JSONMember("in", "query"), JSONMember("required", false),
      JSONMember("schema", schema),
    ]
    if !description.isEmpty { members.append(JSONMember("description", .string(description))) }
    return .object(members)
  }

  /// A list in OpenAI's form.
  static func page(of entry: JSONValue) -> JSONValue {
    object(
      [
        member("object", word("list")), member("data", list(entry)), optional("first_id", string),
        optional("last_id", string), member("has_more", boolean),
      ], required: ["object", "data", "has_more"])
  }

  /// What deleting something answers.
  static func deleted(_ kind: String) -> JSONValue {
    object(
      [member("id", string), member("object", word(kind)), member("deleted", ["type": "boolean", "const": true])],
      required: ["id", "object", "deleted"])
  }

  fileprivate static let file = object(
    [
      member("id", string), member("object", word("file")), member("bytes", integer(0...Int.max)),
      member("created_at", ["type": "integer"]), member("expires_at", ["type": "integer"]), member("filename", string),
      member("purpose", string), member("status", word("processed")), optional("status_details", string),
    ], required: ["id", "object", "bytes", "created_at", "filename", "purpose", "status"])
}

extension CreateFileRoute {
  static let description = RouteDescription(
    "Keep a file",
    body: .form(
      Schema.object(
        [
          Schema.member("file", ["type": "string", "format": "binary"]),
          Schema.member(
            "purpose", Schema.word("fine-tune", "batch", "assistants", "user_data", "vision", "evals")),
        ], required: ["file", "purpose"])), answers: [RouteDescription.Answer("application/json", Schema.file)])
}

extension ListFilesRoute {
  static let description = RouteDescription(
    "List files", answers: [RouteDescription.Answer("application/json", Schema.page(of: Schema.file))],
    parameters: Schema.listParameters(limit: 10_000) + [
      Schema.parameter(
        "purpose",
        Schema.word("fine-tune", "batch", "assistants", "user_data", "vision", "evals", "batch_output"))
    ])
}

extension FileRoutes {
  static let getDescription = RouteDescription(
    "Tell what is known of a file", answers: [RouteDescription.Answer("application/json", Schema.file)])
  static let deleteDescription = RouteDescription(
    "Drop a file", answers: [RouteDescription.Answer("application/json", Schema.deleted("file"))])
}

extension FileContentRoute {
  static let description = RouteDescription(
    "Get a file's bytes", answers: [RouteDescription.Answer("application/octet-stream")])
}
