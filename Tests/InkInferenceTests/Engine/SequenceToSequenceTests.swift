import Foundation
import InkChat
import InkFormats
import InkInference
import InkModels
import InkTensor
import InkTokenizers
import Testing

@Suite("Writing a target from a source")
struct SequenceToSequenceTests {
  @Test("the greedy target is the reference's, whatever was written before", arguments: ["t5", "t5_v1_1"])
  func greedy(name: String) async throws {
    let folder = Self.folder(name)
    let writer = LocalSequenceToSequence(try model(name))
    let source = try SafetensorsFile.open(folder + "/expected.safetensors").tensor("greedy.encoder_input_ids")
    let tokens = source.toIntegers().map { Int32($0) }
    let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/expected.json"))
    let expected = try JSONDecoder().decode(Description.self, from: data).greedy.continuation
    var options = GenerationOptions()
    options.sampling.temperature = 0
    options.maximumTokens = expected.count
    for _ in 0..<2 {
      let result = try await writer.stream(.tokens(tokens), options: options).collect()
      #expect(result.result.tokens == expected)
      #expect(result.result.finishReason == .length)
      #expect(result.result.promptTokens == tokens)
      _ = try await writer.stream(.tokens([5, 4, 3]), options: options).collect()
    }
  }

  @Test("a seed gives the same target again, and an end token ends it", arguments: ["t5", "t5_v1_1"])
  func sampled(name: String) async throws {
    var options = GenerationOptions()
    options.sampling.seed = 11
    options.maximumTokens = 200
    let free = LocalSequenceToSequence(try model(name))
    let first = try await free.stream(.tokens([7, 8, 9]), options: options).collect().result
    #expect(try await free.stream(.tokens([7, 8, 9]), options: options).collect().result.tokens == first.tokens)
    #expect(first.tokens.count == 200)
    let end = first.tokens[20]
    let ending = LocalSequenceToSequence(try model(name, endTokens: [end]))
    let result = try await ending.stream(.tokens([7, 8, 9]), options: options).collect().result
    #expect(result.finishReason == .endToken(end))
    #expect(result.tokens == Array(first.tokens.prefix { $0 != end }))
  }

  @Test("models that write a target are told from those that continue a text", arguments: ["t5", "llama", "bert"])
  func kinds(name: String) throws {
    let folder = Self.folder(name)
    let resolved = ResolvedModel(reference: .folder(folder), content: .folder(folder))
    #expect(try SequenceToSequenceModel.isStored(in: resolved) == (name == "t5"))
  }

  @Test("a source without tokens or with unknown ones is refused")
  func refused() async throws {
    let writer = LocalSequenceToSequence(try model("t5"))
    for tokens in [[], [-1], [Int32.max]] as [[Int32]] {
      let error = await #expect(throws: GenerationError.self) {
        try await writer.stream(.tokens(tokens), options: GenerationOptions()).collect()
      }
      #expect(error?.code == .invalidInput)
    }
  }

  private struct Description: Decodable {
    struct Greedy: Decodable { let continuation: [Int32] }
    let greedy: Greedy
  }

  private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private static func folder(_ name: String) -> String {
    tests.appendingPathComponent("InkModelsTests/Fixtures/models/\(name)").path
  }

  /// A tiny T5 with a tokenizer of as many tokens.
  private func model(_ name: String, endTokens: Set<Int32> = []) throws -> SequenceToSequenceModel {
    let cpu = CPU(threads: 2)
    let network = try EncoderDecoderLM.load(ModelFolder.open(Self.folder(name)), cpu: cpu)
    let count = network.spec.vocabulary
    let added = (0..<count - 2).map { #"{"id": \#($0), "content": "<\#($0)>", "special": false}"# }
    let text =
      #"{"version": "1.0", "added_tokens": [\#(added.joined(separator: ","))], "model": {"type": "BPE", "#
      + #""vocab": {"a": \#(count - 2), "b": \#(count - 1)}, "merges": []}}"#
    return try SequenceToSequenceModel(
      name: name, network: network, tokenizer: Tokenizer(tokenizerJSON: Array(text.utf8)), endTokens: endTokens,
      cpu: cpu)
  }
}
