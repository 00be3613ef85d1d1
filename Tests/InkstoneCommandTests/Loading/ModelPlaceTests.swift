import Foundation
import InkstoneCommand
import Testing

@Suite("Where a model is")
struct ModelPlaceTests {
  @Test("what is written down names the same model from every folder")
  func lasting() throws {
    let here = FileManager.default.currentDirectoryPath
    let cases = [
      "minilm": "minilm", "org/name": "org/name", "http://127.0.0.1:8080/v1#fast": "http://127.0.0.1:8080/v1#fast",
      "./models/e5": here + "/models/e5", "../e5.gguf": URL(fileURLWithPath: here + "/../e5.gguf").standardized.path,
      "/models/e5": "/models/e5", "~/e5": "~/e5",
    ]
    for (text, lasting) in cases { #expect(try ModelPlace(text).lasting() == lasting) }
  }
}
