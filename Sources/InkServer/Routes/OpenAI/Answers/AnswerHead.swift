import InkChat

/// What every object of an answer begins with.
struct AnswerHead: Sendable {
  let identifier: String
  let created: Int
  let model: String
  let fingerprint: String

  init(_ prefix: String, model: String, _ services: ServerServices) {
    identifier = services.identifiers.make(prefix)
    created = services.clock.secondsSince1970()
    self.model = model
    // The same model answers the same on the same version; that is all a client may read from it.
    fingerprint = "fp_inkstone_" + services.settings.version
  }

  /// An object of the answer.
  func object(_ kind: String, choices: [JSONValue], usage: JSONValue?) -> JSONValue {
    var members = [
      JSONMember("id", .string(identifier)), JSONMember("object", .string(kind)),
      JSONMember("created", .integer(Int64(created))), JSONMember("model", .string(model)),
      JSONMember("system_fingerprint", .string(fingerprint)), JSONMember("choices", .array(choices)),
    ]
    if let usage { members.append(JSONMember("usage", usage)) }
    return .object(members)
  }
}
