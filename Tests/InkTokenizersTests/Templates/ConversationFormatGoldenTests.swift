import Foundation
import InkTokenizers
import Testing

@Suite("Golden conversation formats")
struct ConversationFormatGoldenTests {
  /// What FastChat has no format for; written after the publishers' own code.
  private static let withoutReference: Set = ["belle", "chinese-alpaca", "firefly", "moss", "xuanyuan"]

  private static func formats() throws -> [TemplateValue] {
    let name = "conversation_formats.json"
    let isThere = FileManager.default.fileExists(atPath: TemplateFixtures.folder.appending(path: name).path)
    let folder = isThere ? TemplateFixtures.folder : TemplateFixtures.committed
    return try TemplateFixtures.json(name, in: folder)["formats"]?.list ?? []
  }

  @Test("conversations are written as FastChat writes them")
  func rendering() throws {
    let formats = try Self.formats()
    #expect(!formats.isEmpty)
    for reference in formats {
      let name = try #require(reference["name"]?.string)
      let template = try ConversationTemplate(ConversationFormat.named(name))
      let cases = reference["cases"]?.list ?? []
      #expect(!cases.isEmpty, "\(name)")
      for testCase in cases {
        let ending: PromptEnding = testCase["ending"]?.string == "complete" ? .complete : .assistantTurn
        let request = TemplateRequest(messages: testCase["messages"] ?? .none, ending: ending)
        let text = try template.render(request, now: TemplateFixtures.someTime).text
        let expected = testCase["rendered"]?.string ?? ""
        #expect(
          text.utf8.elementsEqual(expected.utf8), "\(name): \(text.debugDescription), \(expected.debugDescription)")
      }
    }
  }

  @Test("what ends an answer in FastChat ends it here")
  func stops() throws {
    var compared = 0
    for reference in try Self.formats() {
      let format = try ConversationFormat.named(reference["name"]?.string ?? "")
      for stop in reference["stop_strings"]?.list.compactMap(\.string) ?? [] {
        #expect(format.stopStrings.contains(stop), "\(format.name): \(stop)")
        compared += 1
      }
    }
    #expect(compared > 0)
  }

  @Test("every format of the table is compared, or known to have no reference")
  func coverage() throws {
    let compared = Set(try Self.formats().compactMap { $0["name"]?.string })
    let names = ConversationFormat.table.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(Set(names) == compared.union(Self.withoutReference))
  }
}
