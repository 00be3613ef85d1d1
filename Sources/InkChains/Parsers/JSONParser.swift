public import InkChat

/// Reads a JSON value.
public struct JSONParser: AnswerParser {
  private let schema: JSONValue?

  /// A reader of JSON.
  ///
  /// - Parameter schema: the JSON Schema that the model is told of, and held to where that is possible; nil asks for
  ///   any object. An answer that is not valid by it cannot be read, and the error says where.
  public init(schema: JSONValue? = nil) { self.schema = schema }

  public var form: AnswerForm { schema.map { .jsonSchema($0) } ?? .jsonObject }
  public var instructions: String {
    schema.map { "Answer with one JSON value that is valid by this JSON Schema, and nothing else: \($0.text)" }
      ?? "Answer with one JSON object and nothing else."
  }

  public func parse(_ answer: String) throws(ChainError) -> JSONValue {
    let value = try JSONAnswer.find(answer)
    guard let schema else {
      guard case .object = value else {
        throw ChainError(.unparsable, context: "JSON", expected: "one JSON object", found: "another value")
      }
      return value
    }
    if let fault = SchemaCheck.fault(of: value, by: schema) {
      throw ChainError(
        .unparsable, context: "JSON at " + (fault.path.isEmpty ? "the top" : fault.path.joined(separator: ".")),
        expected: fault.expected, found: fault.found)
    }
    return value
  }
}
