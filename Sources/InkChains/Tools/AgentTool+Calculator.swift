extension AgentTool {
  private struct Expression: Decodable, Sendable, SchemaDescribed {
    var expression: String
    static let memberDescriptions = ["expression": "Arithmetic such as (3 + 4) * sqrt(2) ^ 2 / 7 % 5."]
  }

  /// A calculator.
  public static func calculator() throws(ChainError) -> AgentTool {
    try AgentTool("calculate", "Computes an arithmetic expression.") {
      (input: Expression, _) throws(ChainError) in try Arithmetic.text(of: input.expression)
    }
  }
}
