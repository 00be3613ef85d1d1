import InkChat

extension VectorStoreRoutes {
  static let listDescription = RouteDescription("List the knowledge bases as vector stores")
  static let createDescription = RouteDescription(
    "Make a vector store",
    body: .json(
      Schema.object([
        Schema.member("name", Schema.string), Schema.member("file_ids", Schema.list(Schema.string)),
        Schema.member("chunking_strategy", Schema.freeObject), Schema.member("metadata", Schema.freeObject),
      ])))
  static let getDescription = RouteDescription("Tell what is known of a vector store")
  static let deleteDescription = RouteDescription("Remove a vector store with everything in it")
}

extension VectorStoreFileRoutes {
  static let listDescription = RouteDescription("List the files of a vector store")
  static let attachDescription = RouteDescription(
    "Add an uploaded file to a vector store",
    body: .json(
      Schema.object(
        [Schema.member("file_id", Schema.string), Schema.member("attributes", Schema.freeObject)],
        required: ["file_id"])))
  static let getDescription = RouteDescription("Tell what is known of a file of a vector store")
  static let contentDescription = RouteDescription("Get the pieces of a file of a vector store")
  static let deleteDescription = RouteDescription("Remove a file from a vector store")
}

extension VectorStoreFileBatchRoutes {
  static let createDescription = RouteDescription(
    "Add several uploaded files to a vector store",
    body: .json(
      Schema.object(
        [
          Schema.member("file_ids", Schema.list(Schema.string)), Schema.member("attributes", Schema.freeObject),
          Schema.member("files", Schema.list(Schema.freeObject)),
        ], required: [])))
  static let getDescription = RouteDescription("Tell how many files of a batch were added")
  static let cancelDescription = RouteDescription("Tell the state of a batch, which is over", body: .none)
  static let filesDescription = RouteDescription("List the files of a batch")
}

extension VectorStoreSearchRoute {
  static let description = RouteDescription(
    "Find pieces of files in a vector store",
    body: .json(
      Schema.object(
        [
          Schema.member("query", Schema.any(of: Schema.string, Schema.list(Schema.string))),
          Schema.member("max_num_results", Schema.integer(1...50)), Schema.member("filters", Schema.freeObject),
          Schema.member("ranking_options", Schema.freeObject),
        ], required: ["query"])))
}
