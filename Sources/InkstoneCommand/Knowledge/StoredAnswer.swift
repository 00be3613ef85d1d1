import InkChat
import InkRetrieval

/// An answer as `ask --json` printed it, as far as it is verified.
struct StoredAnswer {
  /// The base that was asked.
  let knowledge: String
  let citations: [Citation]

  /// Reads an answer.
  ///
  /// - Throws: ``CommandError`` with code `invalidData` that names the member that is missing or of another type.
  init(_ bytes: [UInt8], file: String) throws(CommandError) {
    let value: Report
    do { value = try Report(parsing: bytes) } catch {
      throw CommandError(.invalidData, context: file, expected: "an answer in JSON", found: "\(error)")
    }
    func fail(_ place: String, _ expected: String) -> CommandError {
      CommandError(
        .invalidData, context: "\(file): \(place)", expected: expected,
        hint: "The file is what inkstone knowledge ask --json prints.")
    }
    guard case .string(let knowledge)? = value["knowledge"] else { throw fail("knowledge", "a name") }
    guard case .array(let list)? = value["citations"] else { throw fail("citations", "a list") }
    self.knowledge = knowledge
    var citations: [Citation] = []
    for (index, entry) in list.enumerated() {
      func text(_ name: String) throws(CommandError) -> String {
        guard case .string(let text)? = entry[name] else { throw fail("citations[\(index)].\(name)", "a text") }
        return text
      }
      func whole(_ name: String) throws(CommandError) -> Int {
        guard case .integer(let number)? = entry[name], let value = Int(exactly: number) else {
          throw fail("citations[\(index)].\(name)", "a whole number")
        }
        return value
      }
      citations.append(
        Citation(
          document: try text("document"), sha256: try text("sha256"), start: try whole("start"), end: try whole("end"),
          page: nil, score: 0, text: try text("text"), quote: try text("quote")))
    }
    self.citations = citations
  }
}
