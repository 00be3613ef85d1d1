import InkFormats
import Testing

@Suite("JSON documents")
struct JSONDocumentTests {
  private func root(_ text: String) throws(FormatError) -> JSONNode {
    try JSONDocument(Array(text.utf8), file: "test.json").root
  }

  @Test("values of every kind are read, objects keep their order and numbers their digits")
  func values() throws {
    let node = try root(
      #" {"z": [1, -2.5e-3, true, false, null], "a": {"b": "A\u00e9\ud83d\ude00\n\"/字"}, "e": 1e-05} "#)
    #expect(try node.members.map(\.key) == ["z", "a", "e"])
    #expect(try node["z"][0].int == 1)
    #expect(try node["z"][1].double == -0.0025)
    #expect(try node["z"][2].bool)
    #expect(node["z"][4].ifPresent == nil)
    #expect(try node["a"]["b"].string == "Aé😀\n\"/字")
    #expect(node["e"].value == .number("1e-05"))
  }

  @Test(
    "text that is not strict JSON is refused with line and column",
    arguments: [
      ("", "line 1, column 1"), ("{", "line 1, column 2"), ("{\n  \"a\": 1,\n}", "line 3, column 1"),
      ("[1 2]", "line 1, column 4"), ("[01]", "line 1, column 3"), ("[1.]", "line 1, column 4"),
      ("[+1]", "line 1, column 2"), ("[NaN]", "line 1, column 2"), ("\"\\x\"", "line 1, column 3"),
      ("\"\\ud800\"", "line 1, column 8"), ("\"a\nb\"", "line 1, column 3"), ("{\"a\" 1}", "line 1, column 6"),
      ("[1] x", "line 1, column 5"), ("tru", "line 1, column 1"), ("'a'", "line 1, column 1"),
    ])
  func refused(_ text: String, _ place: String) throws {
    let error = try #require(formatError { () throws(FormatError) in try root(text) })
    #expect(error.code == .malformed)
    #expect(error.context == place, "\(text): \(error)")
  }

  @Test("a key that occurs twice, bytes that are not UTF-8 and deep nesting are refused")
  func structure() throws {
    #expect(formatError { () throws(FormatError) in try root(#"{"a":1,"a":2}"#) }?.code == .duplicate)
    let bytes: [UInt8] = [0x22, 0xff, 0x22]
    #expect(formatError { () throws(FormatError) in try JSONDocument(bytes, file: "x") }?.code == .malformed)
    let deep = String(repeating: "[", count: 100_000)
    #expect(formatError { () throws(FormatError) in try root(deep) }?.expected.contains("nested") == true)
    #expect(try root(String(repeating: "[", count: 100) + String(repeating: "]", count: 100)).array.count == 1)
  }

  @Test("a wrong or absent value is an error with its key path, what was expected and what was found")
  func typed() throws {
    let node = try root(
      #"{"rope_scaling": {"factor": "eight"}, "n": 1.5, "big": 99999999999999999999, "whole": 4096.0}"#)
    let wrong = try #require(formatError { () throws(FormatError) in try node["rope_scaling"]["factor"].double })
    #expect(wrong.code == .typeMismatch && wrong.context == "rope_scaling.factor" && wrong.found.contains("eight"))
    let absent = try #require(formatError { () throws(FormatError) in try node["layers"][3]["x"].int })
    #expect(absent.code == .missing && absent.context == "layers[3].x")
    #expect(formatError { () throws(FormatError) in try node["n"].int }?.code == .typeMismatch)
    #expect(formatError { () throws(FormatError) in try node["big"].int }?.code == .typeMismatch)
    #expect(try node["whole"].int == 4096)
  }
}
