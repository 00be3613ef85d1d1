extension AgentTool {
  private struct Program: Decodable, Sendable, SchemaDescribed {
    var program: String
    static let memberDescriptions = [
      "program": "A small Python program without imports; print what is to be known."
    ]
  }

  /// A tool that runs small programs in a sandbox (``Script``).
  public static func script(limits: Script.Limits = Script.Limits()) throws(ChainError) -> AgentTool {
    try AgentTool("run_program", "Runs a small Python program: numbers, texts, lists, dictionaries, loops, functions.")
    {
      (input: Program, _) throws(ChainError) in
      let result = try Script.run(input.program, limits: limits)
      let lines = [result.output, result.value ?? ""].filter { !$0.isEmpty }
      return lines.isEmpty ? "The program printed nothing." : lines.joined()
    }
  }
}
