public import InkChat

/// Reads a JSON value.
public struct JSONParser: AnswerParser {
  private let schema: JSONValue?

  /// A reader of JSON.
  ///
  /// - Parameter schema: the JSON Schema that the model is told of, and held to where that is possible; nil asks for
  ///   any object. Whether an answer is valid by the schema is not checked here; ``CodableParser`` checks by decoding.
  public init(schema: JSONValue? = nil) { self.schema = schema }

  public var form: AnswerForm { schema.map { .jsonSchema($0) } ?? .jsonObject }
  public var instructions: String {
    schema.map { "Answer with one JSON value that is valid by this JSON Schema, and nothing else: \($0.text)" }
      ?? "Answer with one JSON object and nothing else."
  }

  public func parse(_ answer: String) throws(ChainError) -> JSONValue { try JSONAnswer.find(answer) }
}
