/// The routes that every server has.
package enum StandardRoutes {
  package static let all: [any ServerRoute] = [
    OpenAPIRoute(), HealthRoutes(), MetricsRoute(), PageRoutes(), ModelsRoutes(), ChatCompletionsRoute(),
    CompletionsRoute(), EmbeddingsRoute(),
    RerankRoutes(), ScoreRoutes(), TokenizeRoute(), DetokenizeRoute(), ApplyTemplateRoute(),
    CreateFileRoute(), ListFilesRoute(), FileRoutes(), FileContentRoute(),
    CreateResponseRoute(), ResponseInputTokensRoute(), ResponseRoutes(), ResponseInputItemsRoute(),
    CreateBatchRoute(), BatchRoutes(), ModerationsRoute(), UnsupportedRoutes(),
    AnthropicMessagesRoute(), AnthropicCountTokensRoute(),
    OllamaChatRoute(), OllamaGenerateRoute(), OllamaEmbedRoutes(), OllamaListRoutes(), OllamaShowRoute(),
    OllamaManagementRoutes(),
    KnowledgeBasesRoutes(), KnowledgeDocumentsRoutes(), KnowledgeSearchRoute(), KnowledgeAskRoute(),
    KnowledgeVerifyRoute(), VectorStoreRoutes(), VectorStoreFileRoutes(),
    VectorStoreFileBatchRoutes(), VectorStoreSearchRoute(), IngestRoutes(), ChunksRoute(),
  ]
}
