import Foundation

/// Values as JSON text, with this module's errors.
enum CodableText {
  static func encode(_ value: some Encodable, context: String) throws(ChainError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self)
    } catch {
      throw ChainError(.invalidInput, context: context, expected: "a value that JSON can hold", found: "\(error)")
    }
  }

  static func decode<Value: Decodable>(
    _ type: Value.Type, from text: String, context: String
  ) throws(ChainError) -> Value {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    do {
      return try decoder.decode(type, from: Data(text.utf8))
    } catch let error as DecodingError {
      throw ChainError(.unparsable, context: context, expected: "JSON of \(type)", found: sentence(error))
    } catch {
      throw ChainError(.unparsable, context: context, expected: "JSON of \(type)", found: "\(error)")
    }
  }

  /// The place and the fault, without the decoder's own debugging words around them.
  private static func sentence(_ error: DecodingError) -> String {
    func path(_ keys: [any CodingKey]) -> String {
      keys.isEmpty ? "the top" : keys.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context):
      return "no member \"\(key.stringValue)\" at \(path(context.codingPath))"
    case .typeMismatch(let type, let context):
      return "at \(path(context.codingPath)) something that is not \(type)"
    case .valueNotFound(let type, let context):
      return "null at \(path(context.codingPath)) where \(type) belongs"
    case .dataCorrupted(let context):
      return "at \(path(context.codingPath)): \(context.debugDescription)"
    @unknown default:
      return "\(error)"
    }
  }
}
