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
    return [
      "id": .string(id), "object": "model", "created": .integer(Int64(created)), "owned_by": .string(owner),
      "meta": .object(meta),
    ]
  }
}
