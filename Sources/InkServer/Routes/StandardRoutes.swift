/// The routes that every server has.
package enum StandardRoutes {
  package static let all: [any ServerRoute] = [
    HealthRoutes(), PageRoutes(), ModelsRoutes(), ChatCompletionsRoute(),
    CreateFileRoute(), ListFilesRoute(), FileRoutes(), FileContentRoute(),
    CreateResponseRoute(), ResponseInputTokensRoute(), ResponseRoutes(), ResponseInputItemsRoute(),
    CreateBatchRoute(), BatchRoutes(),
  ]
}
