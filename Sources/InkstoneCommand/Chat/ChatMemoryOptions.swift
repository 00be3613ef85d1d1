package import ArgumentParser
import Foundation
import InkChains
import InkRetrieval

/// Whether a conversation is kept, and what of it the model is told.
package struct ChatMemoryOptions: ParsableArguments {
  /// What is recalled of a conversation that may have become longer than the model reads.
  package enum RecallArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// The last words that fit.
    case window
    /// The last words, and a summary of what was said before them.
    case summary
    /// Every word.
    case all
  }

  @Option(
    help: ArgumentHelp(
      "Keep the conversation under this name, and go on with it when there is one. /reset forgets it.",
      valueName: "name"))
  package var memory: String?

  @Option(help: "Whose conversation it is; conversations of different users have nothing in common.")
  package var user = "default"

  @Option(help: "What the model is told of a long conversation: window, summary or all.")
  package var recall = RecallArgument.window

  @Option(
    help: ArgumentHelp(
      "Where conversations are kept; memory.sqlite in $INKSTONE_HOME or ~/.local/share/inkstone when left out.",
      valueName: "path"))
  package var memoryFile: String?

  package init() {}

  package func validate() throws {
    if let memory, memory.allSatisfy(\.isWhitespace) { throw ValidationError("--memory: expected a name.") }
  }

  /// The memory that was asked for; nil when nothing is kept.
  package func open(_ chat: OpenedChatModel) throws -> ChatMemory? {
    guard let memory else { return nil }
    let log = try MemoryStore(file: try file()).log(user: user, conversation: memory)
    // Half of what the model reads is left to the question and its answer.
    let tokens = (chat.contextLength ?? 4_096) / 2
    let recalled: any Memory =
      switch recall {
      case .window: TokenWindowMemory(log, tokens: tokens, measure: chat.measure)
      case .summary: SummaryBufferMemory(log, tokens: tokens, measure: chat.measure, model: chat.model)
      case .all: BufferMemory(log)
      }
    return ChatMemory(name: memory, log: log, memory: recalled)
  }

  private func file() throws -> String {
    if let memoryFile { return memoryFile }
    let folder = try KnowledgeCatalog.dataFolder(environment: ProcessInfo.processInfo.environment)
    do {
      // What is said in conversations is nobody else's business.
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw CommandError(
        .cannotWrite, context: folder, expected: "a folder that can be made", found: error.localizedDescription,
        hint: "Name another place with --memory-file.")
    }
    let path = folder + "/memory.sqlite"
    if !FileManager.default.fileExists(atPath: path) {
      // An empty file is an empty database to SQLite, and keeps the permissions it was made with.
      _ = FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
    }
    return path
  }
}
