import InkChat

extension IngestRoutes {
  static let fileDescription = RouteDescription(
    "Add a file, as privateGPT does it",
    body: .form(
      Schema.object([Schema.member("file", ["type": "string", "format": "binary"])], required: ["file"])))
  static let textDescription = RouteDescription(
    "Add a text, as privateGPT does it",
    body: .json(
      Schema.object(
        [
          Schema.member("file_name", Schema.text), Schema.member("text", Schema.text),
          Schema.member("metadata", Schema.freeObject),
        ], required: ["file_name", "text"])))
  static let listDescription = RouteDescription("List the documents, as privateGPT does it")
  static let deleteDescription = RouteDescription("Remove a document, as privateGPT does it")
}

extension ChunksRoute {
  static let description = RouteDescription(
    "Find pieces near a text, as privateGPT does it",
    body: .json(
      Schema.object(
        [
          Schema.member("text", Schema.text), Schema.member("limit", Schema.integer(1...1000)),
          Schema.member("prev_next_chunks", Schema.integer(0...50)), Schema.member("context_filter", Schema.freeObject),
        ], required: ["text"])))
}
