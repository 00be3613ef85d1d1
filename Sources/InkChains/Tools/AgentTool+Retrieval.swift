public import InkRetrieval

extension AgentTool {
  private struct Query: Decodable, Sendable, SchemaDescribed {
    var query: String
    static let memberDescriptions = ["query": "What to look for, in a few words or as a question."]
  }

  /// A search in documents.
  ///
  /// - Parameters:
  ///   - description: says what the documents are about, for the model to know when to look.
  ///   - count: the most pieces to find.
  public static func retrieval(
    _ retriever: any Retriever, name: String = "search_documents", description: String, count: Int = 5
  ) throws(ChainError) -> AgentTool {
    try AgentTool(name, description) { (input: Query, context) throws(ChainError) in
      let grounded = try await context.run(Retrieve(retriever, count: count), on: input.query)
      return grounded.pieces.isEmpty ? "Nothing was found." : grounded.numberedText
    }
  }
}
