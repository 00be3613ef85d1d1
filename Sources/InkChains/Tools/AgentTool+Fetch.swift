extension AgentTool {
  private struct Page: Decodable, Sendable, SchemaDescribed {
    var address: String
    static let memberDescriptions = ["address": "An address that begins with http:// or https://."]
  }

  /// A tool that fetches pages of the public internet.
  public static func fetch(_ fetcher: PageFetcher) throws(ChainError) -> AgentTool {
    try AgentTool("fetch_page", "Fetches the text of a page of the public internet.") {
      (input: Page, context) throws(ChainError) in try await fetcher.text(of: input.address, in: context)
    }
  }
}
