package import ArgumentParser
package import InkChains
import InkChat

/// `inkstone app classify`: which of some labels fits each document.
package struct ClassifyCommand: ApplicationCommand {
  package static let configuration = CommandConfiguration(
    commandName: "classify", abstract: "Say which of some labels fits a document.",
    discussion: """
        inkstone app classify inbox/*.eml --labels complaint,question,praise
        echo "打印机坏了" | inkstone app classify - --labels 硬件,软件,其他 --json
        inkstone app classify news.txt --labels sport,politics --question "What is this article about?"
      """)

  @Argument(help: ArgumentHelp("Documents; - reads standard input.", valueName: "file"))
  package var files: [String]

  @Option(help: ArgumentHelp("The labels, with commas between them.", valueName: "labels"))
  package var labels: LabelList

  @Option(help: "What is asked of a document.")
  package var question = "Which label fits the text best?"

  @OptionGroup package var options: ApplicationOptions

  package init() {}

  package func result(with chat: OpenedChatModel, settings: RunSettings) async throws -> ApplicationResult {
    let classify = Ask(
      chat.model, for: WordParser(labels.words), guidance: options.guidance(of: chat),
      options: options.generation(of: chat, maximumTokens: 64))
    let instructions = "\(question) Answer with one of: \(labels.words.joined(separator: ", "))."
    var found: [(file: String, label: String)] = []
    for file in files {
      let text = try DocumentText(file, output: options.output).text
      found.append((file, try await classify([.system(instructions), .user(text)], settings: settings)))
    }
    return .labelled(found, as: "label")
  }
}

/// Labels with commas between them, each once.
package struct LabelList: ExpressibleByArgument, Sendable, Equatable {
  /// The labels.
  package let words: [String]

  package init?(argument: String) {
    words = argument.split(whereSeparator: { $0 == "," || $0 == "，" }).map {
      $0.split(separator: " ").joined(separator: " ")
    }
    guard words.count > 1, Set(words).count == words.count, words.allSatisfy({ !$0.isEmpty }) else { return nil }
  }
}

extension ApplicationResult {
  /// What each file was found to be: the word alone for one file, with the files' names for several.
  static func labelled(_ found: [(file: String, label: String)], as member: String) -> ApplicationResult {
    let lines = found.map { found.count == 1 ? $0.label : "\($0.file): \($0.label)" }
    let results = found.map { entry -> Report in
      .object([JSONMember("file", .string(entry.file)), JSONMember(member, .string(entry.label))])
    }
    return ApplicationResult(lines.joined(separator: "\n"), [JSONMember("results", .array(results))])
  }
}
