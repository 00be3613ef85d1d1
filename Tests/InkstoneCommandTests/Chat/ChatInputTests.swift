import InkChat
import InkFormats
import InkstoneCommand
import Testing

@Suite("Lines of a conversation")
struct ChatInputTests {
  @Test(
    "a line is a message, a command or a mistake",
    arguments: [
      ("Hello", .message("Hello")), ("  two  blanks ", .message("  two  blanks ")), ("   ", .empty), ("", .empty),
      ("/help", .command(.help)), (" /exit ", .command(.exit)), ("/quit", .command(.exit)),
      ("/reset", .command(.reset)), ("/system Be brief.", .command(.system("Be brief."))),
      ("/system", .command(.system(""))), ("/save a b.json", .command(.save("a b.json"))),
      ("/retry", .command(.retry)), ("/regen", .command(.retry)), ("/sytem", .unknown("/sytem", nearest: "/system")),
      ("/save", .incomplete("/save needs the name of a file")), ("/hepl", .unknown("/hepl", nearest: "/help")),
      ("/frobnicate", .unknown("/frobnicate", nearest: nil)), ("//usr/bin", .message("/usr/bin")),
      ("你好", .message("你好")),
    ] as [(String, ChatInput)])
  func reading(line: String, meaning: ChatInput) {
    #expect(ChatInput(line) == meaning)
  }

  @Test("lines that end in a backslash go on")
  func joining() {
    var joiner = LineJoiner()
    #expect(joiner.take("one\\") == nil)
    #expect(joiner.isWaiting)
    #expect(joiner.take("two") == "one\ntwo")
    #expect(!joiner.isWaiting)
    #expect(joiner.take("alone") == "alone")
    _ = joiner.take("held\\")
    #expect(joiner.finish() == "held")
    #expect(joiner.finish() == nil)
  }

  @Test(
    "lines between three quotation marks are one text",
    arguments: [
      (["\"\"\"", "one", "", "two\\", "\"\"\""], "one\n\ntwo\\"), (["\"\"\"one", "two\"\"\""], "one\ntwo"),
      (["\"\"\"one\"\"\""], "one"), (["\"\"\"one\ntwo\"\"\" "], "one\ntwo"),
    ])
  func blocks(lines: [String], text: String) {
    var joiner = LineJoiner()
    for line in lines.dropLast() {
      #expect(joiner.take(line) == nil)
      #expect(joiner.isWaiting)
    }
    #expect(joiner.take(lines[lines.count - 1]) == text)
    #expect(!joiner.isWaiting)
  }

  @Test("a block that the input's end cuts off is not lost")
  func cutBlock() {
    var joiner = LineJoiner()
    _ = joiner.take("\"\"\"one")
    _ = joiner.take("two")
    #expect(joiner.finish() == "one\ntwo")
    #expect(joiner.take("next") == "next")
  }

  @Test("the last question is taken back with its answer")
  func retrying() {
    var conversation = Conversation(system: "s")
    #expect(conversation.takeBackLast() == nil)
    conversation.ask("one")
    conversation.answer("1")
    conversation.ask("two")
    conversation.answer("2")
    #expect(conversation.takeBackLast() == "two")
    #expect(conversation.messages == [.system("s"), .user("one"), .assistant("1")])
  }

  @Test("an answer that was stopped before its first word takes the question back")
  func stopped() {
    var conversation = Conversation(system: "Be brief.")
    conversation.ask("one")
    conversation.answer("1")
    conversation.ask("two")
    conversation.answer("")
    #expect(conversation.messages == [.system("Be brief."), .user("one"), .assistant("1")])
    conversation.reset()
    #expect(conversation.messages == [.system("Be brief.")])
    conversation.tell("")
    #expect(conversation.messages.isEmpty)
  }

  @Test("a saved conversation reads back")
  func saving() throws {
    let folder = try TemporaryFolder()
    var conversation = Conversation()
    conversation.ask("a \"quoted\"\nline")
    conversation.answer("你好")
    try conversation.save(to: folder.file("talk.json"), model: "m")
    let saved = try JSONDocument.open(folder.file("talk.json")).root
    #expect(try saved["model"].string == "m")
    #expect(try saved["messages"][0]["content"].string == "a \"quoted\"\nline")
    #expect(try saved["messages"][1]["role"].string == "assistant")
  }
}
