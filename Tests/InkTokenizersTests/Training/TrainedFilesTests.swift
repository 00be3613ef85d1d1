import Foundation
import InkTokenizers
import Testing

@Suite("Files of a trained tokenizer")
struct TrainedFilesTests {
  private func trained() throws -> TrainedTokenizer {
    try BytePairTrainer(vocabularySize: 300, specialTokens: ["<|endoftext|>", "<|pad|>"])
      .train(on: ["the river and the stone", "the paper and the ink"])
  }

  @Test("a folder holds both files, and what they say is read back")
  func folder() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "trained-\(UUID().uuidString)/deeper")
    defer { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }
    let trained = try trained()
    var configuration = trained.defaultConfiguration
    configuration.padding = "<|pad|>"
    configuration.maximumLength = 512
    configuration.chatTemplate = "{% for message in messages %}\"{{ message.content }}\"\n{% endfor %}"
    try trained.write(to: folder.path, configuration: configuration)

    let read = try TokenizerConfiguration(
      json: [UInt8](Data(contentsOf: folder.appending(path: "tokenizer_config.json"))))
    #expect(read.endOfSequence == "<|endoftext|>")
    #expect(read.beginningOfSequence == "<|endoftext|>")
    #expect(read.unknown == nil)
    #expect(read.padding == "<|pad|>")
    #expect(read.maximumLength == 512)
    #expect(read.chatTemplate == configuration.chatTemplate)
    #expect(read.tokenizerClass == "PreTrainedTokenizerFast")
    #expect(read.addedTokens.map(\.content) == ["<|endoftext|>", "<|pad|>"])

    let tokenizer = try Tokenizer(
      tokenizerJSON: [UInt8](Data(contentsOf: folder.appending(path: "tokenizer.json"))), configuration: read)
    #expect(tokenizer.roles.endOfSequence == 0)
    #expect(tokenizer.roles.padding == 1)
    #expect(tokenizer.endOfGeneration == [0])
    #expect(tokenizer.encode("the<|endoftext|>").last == 0)
  }

  @Test("a token with a part to play must be a special token")
  func unknownRole() throws {
    let trained = try trained()
    var configuration = trained.defaultConfiguration
    configuration.padding = "<pad>"
    let error = #expect(throws: TokenizerError.self) { try trained.configurationJSON(configuration) }
    #expect(error?.code == .invalidSetting)
    #expect(error?.context == "tokenizer_config.json.pad_token")
  }

  @Test("a folder that cannot be made is named in the error")
  func unwritable() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "trained-\(UUID().uuidString)")
    try Data().write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let trained = try trained()
    let error = #expect(throws: TokenizerError.self) { try trained.write(to: file.path + "/folder") }
    #expect(error?.code == .unwritableFile)
    #expect(error?.context.contains(file.path) == true)
  }
}
