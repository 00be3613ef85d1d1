import Inkstone

/// Lets a model use two tools, a calculator and a Swift function, and shows what it does:
///
///     swift run -c release CalculatorAgent model.gguf "How many days are 36 hours?"
@main struct CalculatorAgent {
  /// The schema that the model reads is made from this type.
  struct Conversion: Decodable, Sendable {
    var hours: Double
  }

  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3 else {
      print("usage: CalculatorAgent MODEL.gguf TASK")
      return
    }
    let model = LocalChatModel(try LanguageModel.load(gguf: arguments[1], name: "model", cpu: CPU()))
    let days = try AgentTool("days", "Turns hours into days.") { (conversion: Conversion, _) in
      "\(conversion.hours / 24) days"
    }
    let agent = FunctionAgent(
      AgentSettings(
        model: model, tools: try Toolbox([.calculator(), days]), budget: Budget(steps: 5),
        options: GenerationOptions(sampling: .greedy, maximumTokens: 200)))
    for try await update in agent.stream([.user(arguments[2])]) {
      switch update {
      case .event(let event): print(event)
      case .output(let answer): print(answer)
      }
    }
  }
}
