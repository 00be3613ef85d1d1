import Foundation
import Inkstone

/// Lets a model use two tools, a calculator and a Swift function, and shows what it does:
///
///     swift run -c release CalculatorAgent model.gguf "How many days are 36 hours?"
///
/// Whether a tool is called is up to the model; very small ones often answer by themselves.
@main struct CalculatorAgent {
  /// The schema that the model reads is made from this type.
  struct Conversion: Decodable, Sendable {
    var hours: Double
  }

  static func main() async {
    let arguments = CommandLine.arguments
    guard arguments.count == 3 else {
      print("usage: CalculatorAgent MODEL.gguf TASK")
      exit(2)
    }
    // An error that leaves `main` would be shown as a crash.
    do { try await work(on: arguments[2], with: arguments[1]) } catch {
      print("error: \(error)")
      exit(1)
    }
  }

  static func work(on task: String, with path: String) async throws {
    let model = LocalChatModel(try LanguageModel.load(gguf: path, name: "model", cpu: CPU()))
    let days = try AgentTool("days", "Turns hours into days.") { (conversion: Conversion, _) in
      "\(conversion.hours / 24) days"
    }
    let agent = FunctionAgent(
      AgentSettings(
        model: model, tools: try Toolbox([.calculator(), days]), budget: Budget(steps: 5),
        options: GenerationOptions(sampling: .greedy, maximumTokens: 200)))
    for try await update in agent.stream([.user(task)]) {
      guard case .event(let event) = update else { continue }
      switch event.happening {
      case .text(let text): print(text, terminator: "")
      case .toolCall(let call): print("[calls \(call.name) with \(call.arguments.text)]")
      case .toolAnswer(_, let text): print("[is told: \(text)]")
      default: break
      }
    }
    print()
  }
}
