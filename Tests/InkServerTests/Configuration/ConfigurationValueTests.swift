import InkChat
import InkServer
import Testing

@Suite("Values of the configuration file")
struct ConfigurationValueTests {
  @Test(
    "a value without quotation marks is what YAML takes it for",
    arguments: [
      ("12", "12"), ("-3", "-3"), ("1.5", "1.5"), ("1e3", "1000.0"), ("yes", "true"), ("Off", "false"), ("~", "null"),
      ("", "null"), ("\"12\"", "\"12\""), ("'on'", "\"on\""), ("1.2.3", "\"1.2.3\""), ("0x10", "\"0x10\""),
      ("1:30", "\"1:30\""), ("inf", "\"inf\""), ("2026-11-27", "\"2026-11-27\""), ("e", "\"e\""),
    ])
  func kinds(written: String, read: String) throws {
    let file = "models:\n  - name: a\n    model: b\n    template_variables:\n      x: \(written)\n"
    let model = try #require(try ServerConfiguration(yaml: file, file: "serve.yaml").models.first)
    #expect(model.defaults.templateVariables.first?.value.text == read)
  }

  @Test(
    "a number in the place of text is refused, and text in the place of a number",
    arguments: [
      "models:\n  - name: 12\n    model: b\n", "models:\n  - name: a\n    model: b\n    parallel: \"8\"\n",
      "models:\n  - name: a\n    model: b\n    pinned: \"true\"\n",
    ])
  func places(yaml: String) {
    #expect(throws: ConfigurationError.self) { try ServerConfiguration(yaml: yaml, file: "serve.yaml") }
  }
}
