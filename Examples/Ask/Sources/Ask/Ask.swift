import Foundation
import Inkstone

/// Asks a model in a GGUF file one question and prints the answer as it comes:
///
///     swift run -c release Ask model.gguf "What is an inkstone?"
@main struct Ask {
  static func main() async {
    let arguments = CommandLine.arguments
    guard arguments.count == 3 else {
      print("usage: Ask MODEL.gguf QUESTION")
      exit(2)
    }
    // An error that leaves `main` would be shown as a crash.
    do { try await ask(arguments[1], arguments[2]) } catch {
      print("error: \(error)")
      exit(1)
    }
  }

  static func ask(_ path: String, _ question: String) async throws {
    let model = LocalChatModel(try LanguageModel.load(gguf: path, name: "model", cpu: CPU()))
    for try await event in model.stream([.user(question)], options: GenerationOptions(maximumTokens: 120)) {
      if case .text(let text) = event { print(text, terminator: "") }
    }
    print()
  }
}
