import InkChat

extension EmbeddingsRoute {
  static let description: RouteDescription = {
    let tokens = Schema.list(Schema.token, 1...Int.max)
    let body = Schema.object(
      [
        Schema.model,
        Schema.member(
          "input",
          Schema.any(of: Schema.string, Schema.list(Schema.string, 1...2048), tokens, Schema.list(tokens, 1...2048))),
        Schema.optional("encoding_format", Schema.word("float", "base64"), "base64 holds little-endian 32-bit floats."),
        Schema.optional(
          "dimensions", Schema.integer(1...65536),
          "The first elements, at length 1; at most as many as the model's vectors have."),
        Schema.optional(
          "input_type", Schema.word("query", "document", "comparison", "search_query", "search_document"),
          "What the vectors are for; some models were trained with a prefix for each."),
        Schema.optional("user", Schema.string),
      ], required: ["input"])
    return RouteDescription("Turn texts into vectors", body: .json(body), answers: [list("data", "embedding")])
  }()

  /// A list with `usage`, whose entries have an index and one member of note.
  static func list(_ name: String, _ member: String) -> RouteDescription.Answer {
    let entry = Schema.object(
      [Schema.member("index", Schema.integer(0...Int(Int32.max))), Schema.member(member, Schema.anything)],
      required: ["index", member])
    return RouteDescription.Answer(
      "application/json",
      Schema.object(
        [
          Schema.member("object", Schema.word("list")), Schema.member("model", Schema.string),
          Schema.member(name, Schema.list(entry)), Schema.member("usage", Schema.freeObject),
        ], required: ["object", "model", name, "usage"]))
  }
}

extension RerankRoutes {
  static let description = RouteDescription(
    "Rank documents by how well they answer a query",
    body: .json(
      Schema.object(
        [
          Schema.model, Schema.member("query", Schema.string),
          Schema.member(
            "documents",
            Schema.list(
              Schema.any(
                of: Schema.string, Schema.object([Schema.member("text", Schema.string)], required: ["text"])), 1...4096)
          ),
          Schema.optional("top_n", Schema.integer(1...Int(Int32.max)), "How many of the best to tell."),
          Schema.optional("return_documents", Schema.boolean), Schema.optional("user", Schema.string),
        ], required: ["query", "documents"])), answers: [EmbeddingsRoute.list("results", "relevance_score")])
}

extension ScoreRoutes {
  static let description = RouteDescription(
    "Score pairs of texts", details: "One text_1 goes with every text_2; otherwise they are paired in order.",
    body: .json(
      Schema.object(
        [
          Schema.model, Schema.member("text_1", Schema.string),
          Schema.member("text_2", Schema.any(of: Schema.string, Schema.list(Schema.string, 1...4096))),
          Schema.optional("user", Schema.string),
        ], required: ["text_1", "text_2"])), answers: [EmbeddingsRoute.list("data", "score")])
}
