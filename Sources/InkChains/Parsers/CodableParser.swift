public import InkChat

/// Reads JSON into a type; the JSON Schema that the model is given is made from the type.
public struct CodableParser<Output: Decodable & Sendable>: AnswerParser {
  let schema: JSONValue

  /// A reader of the type, with the schema that ``SchemaExplorer`` finds.
  ///
  /// - Throws: `unsupported` when the type decodes in a way that cannot be explored.
  public init() throws(ChainError) { schema = try SchemaExplorer.schema(of: Output.self) }

  /// A reader of the type with a schema of its own.
  public init(schema: JSONValue) { self.schema = schema }

  public var form: AnswerForm { .jsonSchema(schema) }
  public var instructions: String {
    "Answer with one JSON value that is valid by this JSON Schema, and nothing else: \(schema.text)"
  }

  public func parse(_ answer: String) throws(ChainError) -> Output {
    try CodableText.decode(Output.self, from: JSONAnswer.find(answer).text, context: "answer")
  }
}
