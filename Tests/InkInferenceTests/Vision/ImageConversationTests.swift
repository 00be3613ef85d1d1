import Foundation
import InkChat
import InkFormats
import InkInference
import InkModels
import InkTensor
import InkTokenizers
import Testing

@Suite("Conversations about images")
struct ImageConversationTests {
  private func ask(_ text: String, _ images: [ImageSource]) -> Message {
    Message(role: .user, content: .parts(images.map { .image($0) } + [.text(text)]))
  }

  private func image(_ name: String) throws -> ImageSource {
    .encoded(bytes: try SmallVisionModel.picture(name), mediaType: "image/png")
  }

  private func answer(_ model: LocalChatModel, _ messages: [Message]) async throws -> GenerationResult {
    var result: GenerationResult?
    for try await event in model.stream(messages, options: GenerationOptions(sampling: .greedy, maximumTokens: 8)) {
      if case .finished(let finished) = event { result = finished }
    }
    return try #require(result)
  }

  @Test("a picture takes as many places as the model makes rows of it, where the template put it")
  func places() throws {
    let model = try SmallVisionModel().load()
    let messages = [ask("hi", [try image("type2_8bit.png"), try image("baseline_420.jpg")])]
    let prompt = try model.modelPrompt(for: messages, options: GenerationOptions())
    let start = model.tokenizer.encode("u:", specialTokens: .omit)
    let end = model.tokenizer.encode("hi a:", specialTokens: .omit)
    #expect(prompt.tokens == start + Array(repeating: 85, count: 8) + end)
    #expect(prompt.pictures.map(\.positions) == [2..<6, 6..<10])
  }

  @Test("the answer is that of the rows fed by hand, whatever the threads and chunks")
  func answers() async throws {
    let small = try SmallVisionModel()
    let messages = [ask("what", [try image("type2_8bit.png")])]
    let found = try await answer(LocalChatModel(try small.load()), messages)
    #expect(found.counts.prompt == 13 && !found.tokens.isEmpty)
    for (threads, chunk) in [(1, 1), (3, 3), (2, 128)] {
      let model = try small.load(threads: threads)
      let prompt = try model.modelPrompt(for: messages, options: GenerationOptions())
      var cache = model.makeCache()
      var logits = try model.evaluate(
        prompt.tokens, pictures: try model.pictureRows(of: prompt, after: 0), cache: &cache, chunk: chunk)
      for token in found.tokens {
        let row = logits.toArray()
        #expect(row.indices.max { row[$0] < row[$1] } == Int(token))
        logits = try model.evaluate([token], cache: &cache)
      }
    }
  }

  @Test("two GGUF files answer as the folder that they were made of, and without the second one pictures are refused")
  func pair() async throws {
    let small = try SmallVisionModel()
    let path = small.folder.file("small.gguf")
    _ = try ModelConversion(type: .format(.f32)).convert(small.folder.path, to: path)
    let messages = [ask("what", [try image("type2_8bit.png")])]
    let wanted = try await answer(LocalChatModel(try small.load()), messages)
    let cpu = CPU(threads: 2)
    let beside = try LanguageModel.load(gguf: path, name: "small", cpu: cpu)
    #expect(try await answer(LocalChatModel(beside), messages).tokens == wanted.tokens)
    let other = small.folder.file("eyes.gguf")
    try FileManager.default.moveItem(atPath: small.folder.file("mmproj-small.gguf"), toPath: other)
    var options = LoadingOptions()
    options.projector = .file(other)
    let named = try LanguageModel.load(gguf: path, name: "small", options: options, cpu: cpu)
    #expect(try await answer(LocalChatModel(named), messages).tokens == wanted.tokens)
    let blind = try LanguageModel.load(gguf: path, name: "small", cpu: cpu)
    let error = await #expect(throws: GenerationError.self) { try await answer(LocalChatModel(blind), messages) }
    #expect(error?.code == .unsupported)
  }

  @Test("another picture gives another answer's state, and the same one is not computed again")
  func prefixes() async throws {
    let small = try SmallVisionModel()
    let model = LocalChatModel(try small.load())
    let (first, second) = (try image("type2_8bit.png"), try image("orientation_6.jpg"))
    let one = try await answer(model, [ask("what", [first])])
    #expect(one.counts.cachedPrompt == 0)
    // The same tokens, other samples: what is cached ends where the picture begins.
    let other = try await answer(model, [ask("what", [second])])
    #expect(other.promptTokens == one.promptTokens)
    #expect(other.counts.cachedPrompt == 2)
    #expect(try await answer(LocalChatModel(try small.load()), [ask("what", [second])]).tokens == other.tokens)
    let again = try await answer(model, [ask("what", [second])])
    #expect(again.counts.cachedPrompt == again.counts.prompt - 1)
    #expect(again.tokens == other.tokens)
    // Back to the first: both are kept side by side.
    let back = try await answer(model, [ask("what", [first])])
    #expect(back.counts.cachedPrompt == back.counts.prompt - 1 && back.tokens == one.tokens)
    // A second picture behind the same first one.
    let both = try await answer(model, [ask("what", [first, second])])
    #expect(both.counts.cachedPrompt == 6)
    #expect(try await answer(LocalChatModel(try small.load()), [ask("what", [first, second])]).tokens == both.tokens)
  }

  @Test("logits of prompts that differ in their picture alone differ")
  func pictureMatters() throws {
    let model = try SmallVisionModel().load()
    let logits = try ["type2_8bit.png", "orientation_6.jpg"].map { name in
      let prompt = try model.modelPrompt(for: [ask("what", [try image(name)])], options: GenerationOptions())
      var cache = model.makeCache()
      return try model.evaluate(
        prompt.tokens, pictures: try model.pictureRows(of: prompt, after: 0), cache: &cache
      ).toArray()
    }
    #expect(logits[0] != logits[1])
  }

  @Test("an end token that only the decoder's section names ends answers")
  func endToken() throws {
    #expect(try SmallVisionModel().load().endTokens == [2])
  }

  @Test("text without pictures is rendered in parts too")
  func textAlone() throws {
    let model = try SmallVisionModel().load()
    let prompt = try model.modelPrompt(for: [.user("hi")], options: GenerationOptions())
    #expect(try model.tokenizer.decode(prompt.tokens) == "u:hi a:")
  }

  @Test("addresses are refused but for those that hold the picture")
  func addresses() throws {
    let model = try SmallVisionModel().load()
    for address in ["https://example.org/cat.png", "file:///etc/passwd", "cat.png", ""] {
      let error = try #require(throws: GenerationError.self) {
        try model.modelPrompt(for: [ask("hi", [.address(address)])], options: GenerationOptions())
      }
      #expect(error.code == .unsupported && error.hint.contains("not fetched"))
    }
    let bytes = try SmallVisionModel.picture("type2_8bit.png")
    let data = "data:image/png;base64," + Data(bytes).base64EncodedString()
    let prompt = try model.modelPrompt(for: [ask("hi", [.address(data)])], options: GenerationOptions())
    #expect(prompt.pictures.first?.image == (try RasterImage.decode(bytes)))
    for broken in ["data:image/png;base64,@@@@", "data:image/png,abc", "data:", "data:image/png;base64,AAAA"] {
      #expect(throws: GenerationError.self) {
        try model.modelPrompt(for: [ask("hi", [.address(broken)])], options: GenerationOptions())
      }
    }
  }

  @Test("text that names the image token, and a template without a place, are refused")
  func mismatch() throws {
    let model = try SmallVisionModel().load()
    let written = try #require(throws: GenerationError.self) {
      try model.modelPrompt(for: [ask("<image>", [try image("type2_8bit.png")])], options: GenerationOptions())
    }
    #expect(written.code == .templateFailure && written.description.contains("2 image tokens"))
    let placeless = try SmallVisionModel(template: "{{ messages[0].role }}").load()
    #expect(throws: GenerationError.self) {
      try placeless.modelPrompt(for: [ask("hi", [try image("type2_8bit.png")])], options: GenerationOptions())
    }
  }

  @Test("a model of text alone refuses pictures by its name")
  func textModel() throws {
    let folder = try TemporaryFolder()
    let model = try LanguageModel.load(
      gguf: SmallModel().write(to: folder.file("small.gguf")), name: "text only", cpu: CPU(threads: 1))
    let error = try #require(throws: GenerationError.self) {
      try model.modelPrompt(for: [ask("hi", [try image("type2_8bit.png")])], options: GenerationOptions())
    }
    #expect(error.code == .unsupported && error.context == "text only")
  }
}
