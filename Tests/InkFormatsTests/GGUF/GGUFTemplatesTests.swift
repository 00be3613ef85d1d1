import InkFormats
import InkTensor
import Testing

@Suite("Chat templates of GGUF files")
struct GGUFTemplatesTests {
  private func templates(_ metadata: GGUFMetadata) throws -> [StoredTemplate] {
    let folder = try TemporaryFolder()
    try GGUFWriter(metadata: metadata).write(
      [StoredTensor(name: "w", Tensor([1, 2], shape: [2]))], to: folder.path("model.gguf"))
    return try GGUFModel.open(folder.path("model.gguf")).chatTemplates
  }

  @Test("the default template comes first, named ones in the file's order")
  func named() throws {
    var metadata = GGUFMetadata()
    #expect(try templates(metadata).isEmpty)
    metadata["tokenizer.chat_templates"] = .array(.strings(GGUFStringArray(["rag", "tool_use"])))
    metadata["tokenizer.chat_template.tool_use"] = .string("t")
    metadata["tokenizer.chat_template.rag"] = .string("r")
    metadata["tokenizer.chat_template"] = .string("d")
    #expect(
      try templates(metadata) == [
        StoredTemplate(source: "d"), StoredTemplate(name: "tool_use", source: "t"),
        StoredTemplate(name: "rag", source: "r"),
      ])
  }

  @Test("a template that is listed and not there, or no text, is refused by key")
  func damaged() throws {
    var metadata = GGUFMetadata()
    metadata["tokenizer.chat_templates"] = .array(.strings(GGUFStringArray(["rag"])))
    let missing = #expect(throws: FormatError.self) { try templates(metadata) }
    #expect(missing?.code == .missing && missing?.expected == "tokenizer.chat_template.rag")
    metadata["tokenizer.chat_template.rag"] = .uint32(3)
    let other = #expect(throws: FormatError.self) { try templates(metadata) }
    #expect(other?.code == .typeMismatch && other?.context.contains("tokenizer.chat_template.rag") == true)
  }
}
