import Inkstone

/// Reads typed values out of a text; the model can only produce JSON of the type's schema:
///
///     swift run -c release StructuredExtraction model.gguf "Li Wei ordered 3 ink stones on 2 May."
@main struct StructuredExtraction {
  struct Order: Decodable, Sendable {
    var customer: String
    var item: String
    var count: Int
  }

  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3 else {
      print("usage: StructuredExtraction MODEL.gguf TEXT")
      return
    }
    let model = LocalChatModel(try LanguageModel.load(gguf: arguments[1], name: "model", cpu: CPU()))
    let extract = try Extract(
      Order.self, with: model, guidance: .constrained,
      options: GenerationOptions(sampling: .greedy, maximumTokens: 120))
    let order = try await extract(arguments[2])
    print("\(order.customer) ordered \(order.count) of: \(order.item)")
  }
}
