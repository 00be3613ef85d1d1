import InkChat

extension Schema {
  fileprivate static let batch = object(
    [
      member("id", string), member("object", word("batch")), member("endpoint", string),
      optional("errors", freeObject), member("input_file_id", string), member("completion_window", string),
      member(
        "status",
        word("validating", "failed", "in_progress", "finalizing", "completed", "expired", "cancelling", "cancelled")),
      optional("output_file_id", string), optional("error_file_id", string), member("created_at", ["type": "integer"]),
      member("request_counts", freeObject), optional("metadata", freeObject),
    ], required: ["id", "object", "endpoint", "input_file_id", "completion_window", "status", "created_at"])

  fileprivate static let batchAnswers = [RouteDescription.Answer("application/json", batch)]
}

extension CreateBatchRoute {
  static let description = RouteDescription(
    "Answer the requests of a file when there is time",
    body: .json(
      Schema.object(
        [
          Schema.member("input_file_id", Schema.string, "A file of purpose `batch`, one request a line."),
          Schema.member(
            "endpoint", Schema.word("/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/responses")),
          Schema.member("completion_window", Schema.string, "Hours after which the rest is given up, such as `24h`."),
          Schema.optional("metadata", Schema.freeObject),
          Schema.optional(
            "output_expires_after",
            Schema.object(
              [
                Schema.member("anchor", Schema.word("created_at")),
                Schema.member("seconds", Schema.integer(3600...2_592_000)),
              ], required: ["anchor", "seconds"])),
        ], required: ["input_file_id", "endpoint", "completion_window"])), answers: Schema.batchAnswers)
}

extension BatchRoutes {
  static let listDescription = RouteDescription(
    "List batches", answers: [RouteDescription.Answer("application/json", Schema.page(of: Schema.batch))],
    parameters: Schema.listParameters(limit: 100))
  static let getDescription = RouteDescription("Tell how far a batch is", answers: Schema.batchAnswers)
  static let cancelDescription = RouteDescription(
    "Begin no further request of a batch", answers: Schema.batchAnswers)
}
