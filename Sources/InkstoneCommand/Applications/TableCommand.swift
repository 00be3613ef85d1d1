package import ArgumentParser
package import InkChains
import InkChat

/// `inkstone app table`: a question to a table, answered by a query.
package struct TableCommand: ApplicationCommand {
  package static let configuration = CommandConfiguration(
    commandName: "table", abstract: "Ask a CSV, XLSX or SQLite file; the answer rests on a query that is shown.",
    discussion: """
      The model writes a query in SQL and SQLite runs it. Nothing can be changed: only single statements that read \
      are run, with limits on rows and time. A query that does not work goes back to the model with the reason.

        inkstone app table sales.csv "Which city sold most?"
        inkstone app table orders.xlsx "每个城市有多少订单？" --json
        inkstone app table orders.csv "Who ordered most?" --with customers.csv
        inkstone app table sales.csv "Which city sold most?" -m ./Qwen2.5-7B-Instruct

      A small model can only write plain queries over columns that exist, and often asks for the wrong thing.
      """)

  @Argument(help: ArgumentHelp("A file with a table; a workbook has one in each sheet.", valueName: "file"))
  package var file: String

  @Argument(help: "The question.")
  package var question: String

  @Option(help: ArgumentHelp("A further file whose tables may be asked too; may be repeated.", valueName: "file"))
  package var with: [String] = []

  @Option(help: ArgumentHelp("How many queries may go back to the model.", valueName: "count"))
  package var attempts = 2

  @OptionGroup package var length: AnswerLengthOptions
  @OptionGroup package var options: ApplicationOptions

  package init() {}

  package func validate() throws {
    if !(0...20).contains(attempts) { throw ValidationError("--attempts: expected 0 to 20, found \(attempts).") }
  }

  private func queryForm(_ chat: OpenedChatModel) -> TableQuestion.QueryForm {
    guard options.repairs == nil, chat.side.holdsExpressions else { return .instructed }
    return chat.isSmall ? .plain : .held
  }

  package var smallModelNotice: SmallModelNotice? { .queries }

  package func result(with chat: OpenedChatModel, settings: RunSettings) async throws -> ApplicationResult {
    let asking = TableQuestion(
      try TableFile.database([file] + with), model: chat.model, form: queryForm(chat), repairs: attempts,
      options: options.generation(of: chat, maximumTokens: length.maxTokens))
    let answer = try await asking(question, settings: settings)
    let words = answer.text == answer.result.text ? "" : "\(answer.text)\n\n"
    return ApplicationResult(
      "\(words)\(answer.sql)\n\n\(answer.result.text)",
      [
        JSONMember("answer", .string(answer.text)), JSONMember("sql", .string(answer.sql)),
        JSONMember("columns", .array(answer.result.columns.map { .string($0) })),
        JSONMember("rows", .array(answer.result.rows.map { .array($0.map { .text($0) }) })),
        JSONMember("complete", .boolean(answer.result.end == .complete)),
      ])
  }
}
