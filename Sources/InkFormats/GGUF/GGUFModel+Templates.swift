extension GGUFModel {
  /// The chat templates of the metadata, `default` first when there is one.
  ///
  /// `tokenizer.chat_template` is the default one; `tokenizer.chat_templates` lists the names of others, each under
  /// `tokenizer.chat_template.NAME`.
  ///
  /// - Throws: `typeMismatch` for a template that is no string; `missing` for a name without its template.
  public var chatTemplates: [StoredTemplate] {
    get throws(FormatError) {
      let key = "tokenizer.chat_template"
      var templates: [StoredTemplate] = []
      if metadata.contains(key) { templates.append(StoredTemplate(source: try metadata.string(for: key))) }
      for name in metadata.keys where name.hasPrefix(key + ".") {
        templates.append(
          StoredTemplate(name: String(name.dropFirst(key.count + 1)), source: try metadata.string(for: name)))
      }
      guard metadata.contains("tokenizer.chat_templates") else { return templates }
      let listed = try metadata.strings(for: "tokenizer.chat_templates")
      for index in 0..<listed.count where !templates.contains(where: { $0.name == listed[index] }) {
        throw FormatError(
          .missing, file: path, context: "tokenizer.chat_templates", expected: "\(key).\(listed[index])",
          found: "no such key", hint: "The file was not converted whole.")
      }
      return templates
    }
  }
}
