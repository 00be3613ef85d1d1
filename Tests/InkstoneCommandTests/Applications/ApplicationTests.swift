import ArgumentParser
import Foundation
import InkChains
import InkChat
import InkTesting
import InkstoneCommand
import Testing

/// The applications over models that answer from a script.
@Suite("Applications")
struct ApplicationTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func result<Command: ApplicationCommand>(
    _ type: Command.Type, _ arguments: [String], with model: some ChatModel
  ) async throws -> [String: Report] {
    let command = try Command.parse(arguments + ["--quiet"])
    let result = try await command.result(
      with: OpenedChatModel(model, contextLength: 1_024) { $0.split(whereSeparator: \.isWhitespace).count },
      settings: RunSettings())
    return Dictionary(result.members.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
  }

  /// The text of the last message of the user.
  private static func asked(_ messages: [Message]) -> String { messages.last?.content.text ?? "" }

  @Test("a text that fits is summed up at once, a longer one part by part and then the summaries")
  func summary() async throws {
    let short = try folder.write("Ink is ground on a stone.", to: "short.txt")
    let model = ScriptedChatModel { messages in
      ["<\(Self.asked(messages).split(whereSeparator: \.isWhitespace).count)>"]
    }
    // Six words between the two that mark them.
    #expect(try await result(SummarizeCommand.self, [short], with: model)["summary"] == "<8>")

    let long = try folder.write(
      (0..<40).map { "Sentence number \($0) of a long text." }.joined(separator: " "), to: "long.txt")
    let parts = try await result(SummarizeCommand.self, [long, "--tokens", "40"], with: model)
    guard case .integer(let count)? = parts["parts"] else { throw Missing() }
    #expect(count > 5)
    // The last thing that was asked is the summaries, one word each.
    #expect(parts["summary"] == .string("<\(count + 2)>"))
  }

  private struct Missing: Error {}

  @Test("a translation keeps what stands between the parts and tells the model only the terms that occur")
  func translation() async throws {
    let paragraph = Array(repeating: "stone", count: 20).joined(separator: " ")
    let text = "\(paragraph)\n\n\n\(paragraph)\n\n\(paragraph)"
    let file = try folder.write(text, to: "text.txt")
    let model = ScriptedChatModel { messages in
      #expect(messages.first?.content.text.contains("stone = 石") == true)
      #expect(messages.first?.content.text.contains("river") == false)
      return [Self.asked(messages).uppercased()]
    }
    let found = try await result(
      TranslateCommand.self, [file, "--to", "Chinese", "--term", "stone=石", "--term", "river=河", "--tokens", "32"],
      with: model)
    #expect(found["translation"] == .string(text.uppercased()))
    #expect(found["parts"] == 3)
    #expect(found["language"] == "Chinese")
  }

  @Test("an extraction holds the model to the schema of the file")
  func extraction() async throws {
    let file = try folder.write("Li Bai, 61 years", to: "text.txt")
    let schema = try folder.write(#"{"type": "object", "properties": {"age": {"type": "integer"}}}"#, to: "s.json")
    let model = ScriptedChatModel { messages, options in
      guard case .jsonSchema(let form) = options.form, form["type"] == "object" else { return [.text("no form")] }
      guard Self.asked(messages).hasSuffix("Li Bai, 61 years\n\nValues (age):") else { return [.text("no names")] }
      return [.text(#"{"age": 61}"#), .finish()]
    }
    let found = try await result(ExtractCommand.self, [file, "--schema", schema], with: model)
    #expect(found["value"] == ["age": 61])
  }

  @Test("without structured output an answer that cannot be read goes back to the model")
  func repair() async throws {
    let file = try folder.write("Li Bai, 61 years", to: "text.txt")
    let schema = try folder.write(#"{"type": "object"}"#, to: "s.json")
    let model = ScriptedChatModel { messages in
      messages.count > 2 ? [#"{"age": 61}"#] : ["He is 61."]
    }
    let found = try await result(ExtractCommand.self, [file, "--schema", schema, "--repairs", "1"], with: model)
    #expect(found["value"] == ["age": 61])
    await #expect(throws: ChainError.self) {
      _ = try await result(
        ExtractCommand.self, [file, "--schema", schema, "--repairs", "0"], with: ScriptedChatModel("He is 61."))
    }
  }

  @Test("a file that is no schema is named")
  func noSchema() async throws {
    let file = try folder.write("text", to: "text.txt")
    for content in ["{", "[1]"] {
      let schema = try folder.write(content, to: "bad.json")
      let error = await #expect(throws: CommandError.self) {
        _ = try await result(ExtractCommand.self, [file, "--schema", schema], with: ScriptedChatModel("{}"))
      }
      #expect(error?.code == .invalidData)
      #expect(error?.context == schema)
    }
  }

  @Test("each file gets one of the labels, and the model can say nothing else")
  func classes() async throws {
    let (one, two) = (try folder.write("I like it", to: "1.txt"), try folder.write("Where is it?", to: "2.txt"))
    let model = ScriptedChatModel { messages, options in
      #expect(options.form == .choice(["praise", "question"]))
      return [.text(Self.asked(messages).hasSuffix("?") ? "question" : "praise"), .finish()]
    }
    let found = try await result(ClassifyCommand.self, [one, two, "--labels", "praise, question"], with: model)
    #expect(
      found["results"]
        == [
          ["file": .string(one), "label": "praise"], ["file": .string(two), "label": "question"],
        ])
  }

  @Test("labels must be at least two and differ", arguments: ["one", "a,a", "", "a,,a"])
  func badLabels(text: String) {
    #expect(LabelList(argument: text) == nil)
  }

  @Test("a sentiment is one of three words")
  func sentiment() async throws {
    let file = try folder.write("这家店的服务很好。", to: "text.txt")
    let found = try await result(SentimentCommand.self, [file], with: ScriptedChatModel("positive"))
    #expect(found["results"] == [["file": .string(file), "sentiment": "positive"]])
  }

  @Test("a question to a table shows the query and its rows; one that writes is refused and goes back to the model")
  func table() async throws {
    let file = try folder.write("city;sold\nOslo;3\nBergen;5\n", to: "sales 2026.csv")
    let model = ScriptedChatModel { messages in
      if Self.asked(messages).contains("Result:") { return ["Bergen sold most."] }
      return messages.count == 2
        ? ["DELETE FROM sales_2026"] : ["```sql\nSELECT city FROM sales_2026 ORDER BY sold DESC LIMIT 1\n```"]
    }
    let found = try await result(TableCommand.self, [file, "Who sold most?"], with: model)
    #expect(found["answer"] == "Bergen sold most.")
    #expect(found["sql"] == "SELECT city FROM sales_2026 ORDER BY sold DESC LIMIT 1")
    #expect(found["rows"] == [["Bergen"]])
    #expect(found["complete"] == true)
  }

  @Test("rows of a sheet become a table: names are made where they are missing or stand twice, short rows are filled")
  func sheet() throws {
    let table = try #require(
      TableFile.table(named: "Sheet", [["a", "A", ""], ["1"], ["2", "3", "4", "5"]]))
    #expect(table.columns == ["a", "A_2", "column_3", "column_4"])
    #expect(table.rows == [["1", "", "", ""], ["2", "3", "4", "5"]])
    #expect(TableFile.table(named: "Empty", []) == nil)
  }

  @Test("a mail is summed up and answered, with its subject and its sender")
  func mail() async throws {
    let file = try folder.write(
      "From: Li <li@example.org>\r\nSubject: Lunch\r\n\r\nLunch on Friday?\r\n",
      to: "mail.eml")
    let model = ScriptedChatModel { messages in
      let task = messages.first?.content.text ?? ""
      // The head's lines are left out; who writes about what is said before the text, and what is written behind it.
      guard task.contains("write replies") else {
        #expect(
          Self.asked(messages) == "E-mail from Li <li@example.org>, \"Lunch\":\n\nLunch on Friday?\n\nSummary:")
        return ["Li wants lunch."]
      }
      #expect(Self.asked(messages).hasSuffix("Lunch on Friday?\n\nReply to Li:"))
      return [task.contains("Say yes.") ? "Yes, gladly." : "?"]
    }
    let found = try await result(MailCommand.self, [file, "--instructions", "Say yes."], with: model)
    #expect(found["summary"] == "Li wants lunch.")
    #expect(found["reply"] == "Yes, gladly.")
    #expect(found["subject"] == "Re: Lunch")
    #expect(found["to"] == "Li <li@example.org>")
  }

  @Test("a file without text and one that is not there are errors that name it")
  func unreadable() async throws {
    let empty = try folder.write("  \n", to: "empty.txt")
    for (file, code) in [(empty, CommandError.Code.invalidData), (folder.file("none.txt"), .cannotRead)] {
      let error = await #expect(throws: CommandError.self) {
        _ = try await result(SummarizeCommand.self, [file], with: ScriptedChatModel("x"))
      }
      #expect(error?.code == code)
      #expect(error?.context == file)
    }
  }

  @Test("the line that is drawn anew has the last words that fit, without line ends and escapes")
  func tail() {
    #expect(ChainProgress.tail(of: "one\ntwo three", columns: 7) == "o three")
    #expect(ChainProgress.tail(of: "a\u{1B}[2Jb", columns: 80) == "a [2Jb")
    #expect(ChainProgress.tail(of: "研墨用石", columns: 5) == "用石")
  }
}
