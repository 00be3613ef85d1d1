package import InkFormats
package import InkModels
package import InkTokenizers

extension ConversationTemplate {
  /// The templates that a model is to use, or nil when there are none and its configuration names no format.
  ///
  /// - Parameters:
  ///   - choice: what was asked for.
  ///   - stored: the templates of the model's files.
  ///   - traits: what a format is known by, for models without a template.
  ///   - model: the model's name for messages.
  /// - Throws: `file` for a template that cannot be read; `unsupported` for a name that is neither one of the model's
  ///   nor of the table.
  package static func load(
    _ choice: TemplateChoice, stored: [StoredTemplate], traits: ConversationTraits, model: String
  ) throws(ModelLoadError) -> ConversationTemplate? {
    switch choice {
    case .automatic:
      if !stored.isEmpty { return try parsed(stored, model) }
      return try traits.format.map { format throws(ModelLoadError) in try made(format, model) }
    case .named(let name):
      let own = stored.filter { $0.name == name }
      if !own.isEmpty { return try parsed(own, model) }
      return try made(try format(name, besides: stored, model), model)
    case .source(let source, let origin):
      return try parsed([StoredTemplate(source: source)], origin)
    }
  }

  private static func format(
    _ name: String, besides stored: [StoredTemplate], _ model: String
  ) throws(ModelLoadError) -> ConversationFormat {
    do throws(TemplateError) { return try ConversationFormat.named(name) } catch {
      let own = stored.isEmpty ? "" : "The model's own are \(stored.map(\.name).joined(separator: ", ")). "
      throw ModelLoadError(
        .unsupported, context: "\(model): chat template", expected: "the name of a template or a format", found: name,
        hint: own + (error.hint.map { $0 + "." } ?? ""))
    }
  }

  private static func made(_ format: ConversationFormat, _ model: String) throws(ModelLoadError) -> ConversationTemplate
  {
    do throws(TemplateError) { return try ConversationTemplate(format) } catch {
      throw ModelLoadError(.file, context: "\(model): chat template \(format.name)", found: "\(error)")
    }
  }

  private static func parsed(_ stored: [StoredTemplate], _ model: String) throws(ModelLoadError) -> ConversationTemplate
  {
    var variants: [Variant] = []
    for template in stored {
      do throws(TemplateError) {
        variants.append(Variant(name: template.name, template: try ChatTemplate(source: template.source)))
      } catch {
        let name = template.name == "default" ? "" : " \(template.name)"
        throw ModelLoadError(.file, context: "\(model): chat template\(name)", found: "\(error)")
      }
    }
    return ConversationTemplate(variants: variants)
  }

  /// The ids of the tokens that end an answer; a token that the vocabulary does not have cannot come.
  package func stopTokens(of tokenizer: Tokenizer) -> Set<Int32> {
    Set(stopTokens.compactMap { tokenizer.id(ofPiece: $0) })
  }
}
