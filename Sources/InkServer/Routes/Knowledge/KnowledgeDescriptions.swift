import InkChat

extension Schema {
  private static let baseMembers = [
    member("id", string), member("object", word("knowledge")), member("embedder", string),
    member("dimension", integer(1...Int.max)), member("splitting", string),
    member("piece_tokens", integer(1...Int.max)), member("overlap_tokens", integer(0...Int.max)),
    member("vectors", word("float32", "int8")), member("documents", integer(0...Int.max)),
    member("pieces", integer(0...Int.max)),
  ]

  fileprivate static let base = object(baseMembers, required: ["id", "object", "embedder", "dimension"])

  /// A base in a list; one that cannot be opened has an error in place of what is known of others.
  fileprivate static let listedBase = object(
    baseMembers + [
      member("name", string),
      member("error", object([member("code", string), member("message", string)], required: ["code", "message"])),
    ], required: ["id", "object"])

  fileprivate static let citations = list(
    object(
      [
        member("document", string), member("sha256", string), member("start", integer(0...Int.max)),
        member("end", integer(0...Int.max)), optional("page", integer(1...Int.max)),
        member("headings", list(string)), member("score", ["type": "number"]),
        member("text", string), member("quote", string),
      ], required: ["document", "sha256", "start", "end", "text", "quote"]))

  fileprivate static let searchMembers = [
    member("top", integer(1...1000)), member("mode", word("keyword", "vector", "hybrid")),
    member("threshold", ["type": "number", "minimum": -1, "maximum": 1]), member("filter", freeObject),
    member("diversity", ["type": "number", "minimum": 0, "maximum": 1]),
    member("half_life_days", ["type": "number", "exclusiveMinimum": 0]), member("widen", integer(0...50)),
    member("rerank", string), member("rerank_weight", ["type": "number", "minimum": 0, "maximum": 1]),
    member("explain", boolean), member("model", string),
    member("expansion", word("none", "multi_query", "hyde", "decomposition")),
  ]
}

extension KnowledgeBasesRoutes {
  static let listDescription = RouteDescription(
    "List the knowledge bases",
    answers: [
      .init(
        "application/json",
        Schema.object(
          [Schema.member("object", Schema.word("list")), Schema.member("data", Schema.list(Schema.listedBase))],
          required: ["object", "data"]))
    ])
  static let createDescription = RouteDescription(
    "Make a knowledge base",
    body: .json(
      Schema.object(
        [
          Schema.member("name", Schema.string), Schema.member("embedder", Schema.string),
          Schema.member(
            "splitting",
            Schema.word("automatic", "recursive", "sentences", "tokens", "markdown", "html", "code", "semantic")),
          Schema.member("piece_tokens", Schema.integer(8...8192)),
          Schema.member("overlap_tokens", Schema.integer(0...4096)),
          Schema.member("vectors", Schema.word("float32", "int8")),
        ], required: ["name"])), answers: [.init("application/json", Schema.base)])
  static let getDescription = RouteDescription(
    "Tell what is known of a knowledge base", answers: [.init("application/json", Schema.base)])
  static let deleteDescription = RouteDescription("Remove a knowledge base with everything in it")
}

extension KnowledgeDocumentsRoutes {
  static let listDescription = RouteDescription("List the documents of a knowledge base")
  static let addDescription = RouteDescription(
    "Add a document: a form with a file, or JSON with name and text",
    body: .form(
      Schema.object([Schema.member("file", ["type": "string", "format": "binary"])], required: ["file"])))
  static let getDescription = RouteDescription("Tell what is known of a document, and its pieces")
  static let textDescription = RouteDescription(
    "Get the text that was taken out of a document", answers: [.init("text/plain; charset=utf-8")])
  static let deleteDescription = RouteDescription("Remove a document and every trace of it")
}

extension KnowledgeSearchRoute {
  static let description = RouteDescription(
    "Find pieces that fit a question",
    details: "A model has a part where rerank is llm, or expansion is something else than none.",
    body: .json(
      Schema.object([Schema.member("query", Schema.string)] + Schema.searchMembers, required: ["query"])))
}

extension KnowledgeAskRoute {
  static let description = RouteDescription(
    "Answer a question from the documents, with sources",
    details: """
      Streams events searching, found, text and answer where stream is true. Without "quotes" a local model of fewer than \
      500 million weights gives way to the two nearest sentences of the documents; 0 lets every model write. "wording" \
      says whose words the answer is in: model, chosen_quotes, nearest_quotes or fixed; "model" is null where none was asked.
      """,
    body: .json(
      Schema.object(
        [
          Schema.member("question", Schema.string), Schema.member("messages", Schema.list(Schema.freeObject)),
          Schema.member("stream", Schema.boolean),
          Schema.member("quotes", Schema.integer(0...20)),
          Schema.member("max_tokens", Schema.integer(1...Int(Int32.max))),
          Schema.member("passage_tokens", Schema.integer(1...1_000_000)),
        ] + Schema.searchMembers, required: [])))
}

extension KnowledgeVerifyRoute {
  static let description = RouteDescription(
    "Read the sources of citations again and compare them byte by byte",
    body: .json(Schema.object([Schema.member("citations", Schema.citations)], required: ["citations"])))
}
