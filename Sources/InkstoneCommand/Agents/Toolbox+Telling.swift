package import InkChains

extension Toolbox {
  /// The same tools, whose failures are answers. The model reads the same words either way; here they are part of what
  /// is recorded too, so that a run with a failure can be repeated.
  package func tellingFailures() throws(ChainError) -> Toolbox {
    var telling: [AgentTool] = []
    for tool in tools {
      telling.append(
        try AgentTool(tool.definition) { (arguments, context) throws(ChainError) in
          do throws(ChainError) {
            return try await tool.call(arguments, in: context)
          } catch {
            switch error.code {
            case .cancelled, .budget: throw error
            case .invalidInput, .invalidSetting, .unparsable, .model, .unavailable, .tool, .retrieval, .refused,
              .store, .unsupported:
              return "Error: \(error.description)"
            }
          }
        })
    }
    return try Toolbox(telling)
  }
}
