import Foundation
import Inkstone

/// Reads typed values out of a text; the model can only produce JSON of the type's schema:
///
///     swift run -c release StructuredExtraction model.gguf "Anna Berg ordered 12 brushes."
@main struct StructuredExtraction {
  struct Order: Decodable, Sendable, SchemaDescribed {
    var customer: String
    var count: Int
    var item: String
    static let memberDescriptions = [
      "customer": "Who ordered.", "count": "How many were ordered.", "item": "The name of the thing that was ordered.",
    ]
  }

  static func main() async {
    let arguments = CommandLine.arguments
    guard arguments.count == 3 else {
      print("usage: StructuredExtraction MODEL.gguf TEXT")
      exit(2)
    }
    // An error that leaves `main` would be shown as a crash.
    do { try await read(arguments[2], with: arguments[1]) } catch {
      print("error: \(error)")
      exit(1)
    }
  }

  static func read(_ text: String, with path: String) async throws {
    let model = LocalChatModel(try LanguageModel.load(gguf: path, name: "model", cpu: CPU()))
    let extract = try Extract(
      Order.self, with: model, guidance: .constrained,
      options: GenerationOptions(sampling: .greedy, maximumTokens: 120))
    let order = try await extract(text)
    print("\(order.customer) ordered \(order.count) of: \(order.item)")
  }
}
