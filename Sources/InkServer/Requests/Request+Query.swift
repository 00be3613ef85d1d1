import Hummingbird
import InkChat

extension Request {
  /// What stands behind the `?` of the address, read like the members of a body.
  ///
  /// - Parameter numbers: names whose values are whole numbers.
  package func query(numbers: Set<String> = []) throws(ServerError) -> RequestFields {
    var members: [JSONMember] = []
    for (name, value) in uri.queryParameters {
      let text = JSONValue.string(String(value))
      let value = numbers.contains(String(name)) ? Int64(value).map { .integer($0) } ?? text : text
      members.append(JSONMember(String(name), value))
    }
    return try RequestFields(.object(members))
  }
}
