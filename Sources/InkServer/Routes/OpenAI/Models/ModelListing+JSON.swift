import InkChat

extension ModelListing {
  /// A model as lists of models tell it; what OpenAI has no word for stands under `meta`.
  var json: JSONValue {
    var meta: [JSONMember] = [
      JSONMember("status", .string(state.rawValue)), JSONMember("aliases", .array(aliases.map { .string($0) })),
      JSONMember("abilities", .array(abilities.map(\.rawValue).sorted().map { .string($0) })),
    ]
    if let contextLength { meta.append(JSONMember("context_length", .integer(Int64(contextLength)))) }
    for fact in facts { meta.append(JSONMember(fact.name, .string(fact.value))) }
    var members = [
      JSONMember("id", .string(id)), JSONMember("object", "model"), JSONMember("created", .integer(Int64(created))),
      JSONMember("owned_by", .string(owner)),
    ]
    if let parent { members.append(JSONMember("parent", .string(parent))) }
    members.append(JSONMember("meta", .object(meta)))
    return .object(members)
  }
}
