import ArgumentParser
import InkChains
import InkChat
import InkTesting
import InkstoneCommand
import Testing

@Suite("Remembered conversations")
struct ChatMemoryTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func memory(_ name: String, user: String = "default") throws -> ChatMemory {
    let options = try ChatMemoryOptions.parse([
      "--memory", name, "--user", user, "--memory-file", folder.file("memory.sqlite"),
    ])
    let chat = OpenedChatModel(ScriptedChatModel("x"), contextLength: 40) { $0.split(separator: " ").count }
    return try #require(try options.open(chat))
  }

  @Test("a conversation goes on where it was left, apart from those of other names and users")
  func goesOn() async throws {
    try await memory("diary", user: "li").remember(question: "I am Li.", answer: "Hello Li.")
    #expect(
      try await memory("diary", user: "li").messages(for: "Who am I?", system: "Be brief.") == [
        .system("Be brief."), .user("I am Li."), .assistant("Hello Li."), .user("Who am I?"),
      ])
    #expect(try await memory("diary", user: "wang").turns().isEmpty)
    #expect(try await memory("notes", user: "li").turns().isEmpty)
  }

  @Test("the model is told the last words that fit half of what it reads; all of them stay")
  func window() async throws {
    let diary = try memory("diary")
    for number in 0..<10 { try await diary.remember(question: "question \(number)", answer: "answer is \(number)") }
    let told = try await diary.messages(for: "next", system: "")
    // Twenty words hold four exchanges of five.
    #expect(told.count == 9)
    #expect(told.first == .user("question 6"))
    #expect(try await diary.turns().count == 20)
  }

  @Test("what is forgotten is gone after a restart too")
  func forget() async throws {
    try await memory("diary").remember(question: "a", answer: "b")
    try await memory("diary").forget()
    #expect(try await memory("diary").turns().isEmpty)
  }
}
