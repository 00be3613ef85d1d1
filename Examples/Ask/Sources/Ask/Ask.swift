import Inkstone

/// Asks a model in a GGUF file one question and prints the answer as it comes:
///
///     swift run -c release Ask model.gguf "What is an inkstone?"
@main struct Ask {
  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3 else {
      print("usage: Ask MODEL.gguf QUESTION")
      return
    }
    let model = LocalChatModel(try LanguageModel.load(gguf: arguments[1], name: arguments[1], cpu: CPU()))
    for try await event in model.stream([.user(arguments[2])], options: GenerationOptions(maximumTokens: 120)) {
      if case .text(let text) = event { print(text, terminator: "") }
    }
    print()
  }
}
