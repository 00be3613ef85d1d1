import Foundation
import InkData
import InkTokenizers
import Testing

/// The folder of published chat templates and reference masks: that of the environment, or the tokenizers' fixtures.
private let templateFolder: URL =
  if let golden = ProcessInfo.processInfo.environment["INKSTONE_GOLDEN"] {
    URL(filePath: golden).appending(path: "templates")
  } else {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "InkTokenizersTests/Fixtures/templates")
  }

@Suite struct GoldenMaskTests {
  private static let origin = RecordOrigin(path: "golden", line: 1)
  private static let now = CivilTime(year: 2024, month: 7, day: 26)

  private func file(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: templateFolder.appending(path: name)), as: UTF8.self)
  }

  private func conversations() throws -> [(name: String, value: Conversation)] {
    guard case .map(let all) = try TemplateValue(json: try file("conversations.json")) else { return [] }
    return all.entries.compactMap { entry in
      guard case .string(let name) = entry.key, case .map(let given) = entry.value,
        case .list(let list)? = given["messages"]
      else { return nil }
      var messages: [ConversationMessage] = []
      for value in list {
        guard case .map(let message) = value, case .string(let role)? = message["role"],
          let role = ConversationMessage.Role(rawValue: role)
        else { return nil }
        messages.append(ConversationMessage(role: role, value: value))
      }
      return (name, Conversation(messages: messages, tools: given["tools"] ?? .none))
    }
  }

  private func encoder(
    _ source: String, _ tokenizer: Tokenizer, _ mask: LossMask = .assistantTurns
  ) throws -> ChatEncoder {
    let template = ConversationTemplate(
      variants: [.init(name: "default", template: try ChatTemplate(source: source))])
    return ChatEncoder(
      tokenizer: tokenizer, template: template, mask: mask, now: Self.now)
  }

  @Test("Golden ranges of generation blocks are what is learned")
  func referenceMasks() throws {
    guard case .map(let cases) = try TemplateValue(json: try file("cases.json")),
      case .list(let masks)? = cases["assistant_masks"]
    else { throw DataError(.file, context: "cases.json") }
    #expect(masks.count > 2)
    let tokenizer = try ByteTokenizer.make()
    let conversations = try conversations()
    for mask in masks {
      guard case .map(let mask) = mask, case .string(let template)? = mask["template"],
        case .string(let name)? = mask["conversation"], case .string(let rendered)? = mask["rendered"],
        case .list(let ranges)? = mask["assistant_character_ranges"]
      else { throw DataError(.invalidRecord, context: "assistant_masks") }
      let scalars = Array(rendered.unicodeScalars)
      let expected = ranges.map { range -> String in
        guard case .list(let ends) = range, case .int(let start)? = ends.first, case .int(let end)? = ends.last
        else { return "?" }
        return String(String.UnicodeScalarView(scalars[start..<end]))
      }
      let conversation = try #require(conversations.first { $0.name == name }).value
      let found = try encoder(try file(template + ".jinja"), tokenizer).tokens(
        of: conversation, origin: RecordOrigin(path: name, line: 1))
      #expect(try tokenizer.marked(found.tokens, found.weights) == expected.joined(separator: "|"))
    }
  }

  /// Tokens that end an answer in these templates.
  private static let stops = [
    "<|eot_id|>", "<end_of_turn>", "<|endoftext|>", "<|eom_id|>", "<\u{FF5C}end\u{2581}of\u{2581}sentence\u{FF5C}>",
  ]

  @Test(
    "Golden templates without generation blocks: what the assistant said is learned, and what others said is not",
    arguments: [
      "alpaca", "baichuan2", "chatglm2", "chatml", "deepseek_r1", "deepseek_v2", "gemma", "glm4", "internlm2", "llama2",
      "llama3", "llama3_1_tools", "mistral", "phi3", "qwen2_5_tools", "qwen3_thinking", "vicuna", "zephyr",
    ])
  func publishedTemplates(name: String) throws {
    let tokenizer = try ByteTokenizer.make(more: Self.stops)
    let encoder = try encoder(try file(name + ".jinja"), tokenizer)
    var checked = 0
    for (conversationName, conversation) in try conversations() {
      let assistant = conversation.messages.filter { $0.role == .assistant }
      guard !assistant.isEmpty, !conversation.messages.contains(where: { $0.role == .tool }) else { continue }
      // Some templates refuse some conversations, such as those with a system message.
      let refusal = dataError { _ = try encoder.tokens(of: conversation, origin: Self.origin) }
      if refusal?.code == .invalidRecord { continue }
      // Some print a late system message first, so that the beginning alone is another text.
      if refusal?.code == .unsupported, conversationName == "system_in_the_middle" { continue }
      let found = try encoder.tokens(of: conversation, origin: Self.origin)
      let learned = try tokenizer.marked(found.tokens, found.weights)
      let spoken = assistant.compactMap(content).filter { !$0.isEmpty }
      for text in spoken { #expect(learned.contains(text), "\(name) × \(conversationName): \(learned)") }
      for message in conversation.messages where message.role != .assistant {
        let other = content(message) ?? ""
        guard !other.isEmpty, !spoken.contains(where: { $0.contains(other) }) else { continue }
        #expect(!learned.contains(other), "\(name) × \(conversationName): \(learned)")
      }
      checked += 1
    }
    #expect(checked > 0)
  }

  private func content(_ message: ConversationMessage) -> String? {
    guard case .map(let map) = message.value, case .string(let text)? = map["content"] else { return nil }
    let answer = text.components(separatedBy: "</think>").last ?? text
    return answer.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
