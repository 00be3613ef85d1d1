import Hummingbird
import InkChat

/// Which part of a list is asked for: `after`, `limit`, `order`.
struct ListQuery: Sendable {
  var after: StoredIdentifier?
  var limit: Int
  var order: ListOrder

  init(
    _ fields: inout RequestFields, _ kind: StoredIdentifier.Kind, limit: (usual: Int, most: Int)
  ) throws(ServerError) {
    if let after = try fields.string("after") {
      guard let identifier = StoredIdentifier(after, kind) else {
        throw fields.invalid("after", "the identifier of a \(kind.noun)", found: .string(after))
      }
      self.after = identifier
    }
    self.limit = try fields.integer("limit", in: 1...limit.most) ?? limit.usual
    order = try fields.word("order", of: ListOrder.self) ?? .descending
  }
}

extension RecordPage {
  /// The page in OpenAI's form.
  func json(_ entry: (StoredRecord) throws(ServerError) -> JSONValue) throws(ServerError) -> JSONValue {
    var data: [JSONValue] = []
    for record in records { data.append(try entry(record)) }
    func identifier(_ record: StoredRecord?) -> JSONValue { record.map { .string($0.identifier.description) } ?? .null }
    return [
      "object": "list", "data": .array(data), "first_id": identifier(records.first),
      "last_id": identifier(records.last), "has_more": .boolean(hasMore),
    ]
  }
}

extension ServerContext {
  /// The identifier that stands in the request's path.
  ///
  /// - Throws: `notFound` for anything that is none of that kind.
  func identifier(_ kind: StoredIdentifier.Kind) throws(ServerError) -> StoredIdentifier {
    let text = parameters.get("id") ?? ""
    guard let identifier = StoredIdentifier(text, kind) else { throw .noSuch(kind, text) }
    return identifier
  }
}
