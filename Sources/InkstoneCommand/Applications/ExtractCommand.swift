package import ArgumentParser
package import InkChains
import InkChat

/// `inkstone app extract`: values out of a document, in a form of one's own.
package struct ExtractCommand: ApplicationCommand {
  package static let configuration = CommandConfiguration(
    commandName: "extract", abstract: "Read values out of a document, as JSON that is valid by a schema.",
    discussion: """
      A local model can write nothing but JSON that the schema allows; what an endpoint answers is checked by the \
      schema, and sent back when it is not valid. Objects have the members that the schema names and no others, \
      unless it says something of additionalProperties.

        inkstone app extract invoice.pdf --schema invoice.json
        inkstone app extract mail.eml --schema person.json --instructions "The person who writes."
      """)

  @Argument(help: ArgumentHelp("A document; - reads standard input.", valueName: "file"))
  package var file: String

  @Option(help: ArgumentHelp("A file with the JSON Schema of what is read.", valueName: "path"))
  package var schema: String

  @Option(help: ArgumentHelp("What the model is told besides.", valueName: "text"))
  package var instructions = ""

  @OptionGroup package var length: AnswerLengthOptions
  @OptionGroup package var options: ApplicationOptions

  package init() {}

  package func result(with chat: OpenedChatModel, settings: RunSettings) async throws -> ApplicationResult {
    let form: Report
    do { form = try Report(parsing: try InputFile.bytes(schema)) } catch let error as JSONError {
      throw CommandError(.invalidData, context: schema, expected: "a JSON Schema", found: error.description)
    }
    guard case .object = form else {
      throw CommandError(
        .invalidData, context: schema, expected: "an object, as JSON Schemas are", found: "another value")
    }
    let closed = ClosedSchema.of(form)
    let document = try DocumentText(file, output: options.output)
    let ask = Ask(
      chat.model, for: JSONParser(schema: closed), guidance: options.guidance(of: chat),
      options: options.generation(of: chat, maximumTokens: length.maxTokens))
    let extract = Chain("extract") {
      Prompt { (text: String) in ExtractionPrompt(schema: closed).messages(text, wishes: instructions) }
      ask
    }
    let value = try await extract(document.text, settings: settings)
    return ApplicationResult(value.text, [JSONMember("value", value), JSONMember("file", .string(file))])
  }
}
