import InkChat

/// One message of JSON-RPC 2.0.
enum RemoteCallMessage: Hashable {
  case request(id: JSONValue, method: String, parameters: JSONValue)
  case notification(method: String, parameters: JSONValue)
  case response(id: JSONValue, result: JSONValue)
  case failure(id: JSONValue, RemoteCallFailure)

  /// Reads a line.
  ///
  /// - Throws: ``RemoteCallFailure`` with the code that JSON-RPC has for the fault, and the identifier where it was
  ///   legible.
  init(line: String) throws(RemoteCallFault) {
    let value: JSONValue
    do throws(JSONError) {
      value = try JSONValue(parsing: line, limits: JSONLimits(depth: 64, values: 1_000_000))
    } catch {
      throw RemoteCallFault(id: .null, failure: RemoteCallFailure(code: .parseError, message: error.description))
    }
    // Identifiers are texts or whole numbers; the protocol forbids null.
    var id: JSONValue?
    switch value["id"] {
    case .string?, .integer?: id = value["id"]
    case nil, .null?, .boolean?, .number?, .array?, .object?: break
    }
    func invalid(_ message: String) -> RemoteCallFault {
      RemoteCallFault(id: id ?? .null, failure: RemoteCallFailure(code: .invalidRequest, message: message))
    }
    guard value["jsonrpc"] == "2.0" else { throw invalid("expected an object with \"jsonrpc\": \"2.0\"") }
    if case .string(let method)? = value["method"] {
      let parameters = value["params"] ?? .object([])
      guard case .object = parameters else { throw invalid("expected \"params\" to be an object") }
      guard value["id"] != nil else {
        self = .notification(method: method, parameters: parameters)
        return
      }
      guard let id else { throw invalid("expected \"id\" to be a text or a whole number") }
      self = .request(id: id, method: method, parameters: parameters)
    } else if let result = value["result"], let id {
      self = .response(id: id, result: result)
    } else if let error = value["error"], case .integer(let code)? = error["code"],
      case .string(let message)? = error["message"]
    {
      self = .failure(id: id ?? .null, RemoteCallFailure(code: .init(code), message: message))
    } else {
      throw invalid("expected a method, a result or an error")
    }
  }

  /// The message as one line without its line feed.
  var line: String {
    var members = [JSONMember("jsonrpc", "2.0")]
    switch self {
    case .request(let id, let method, let parameters):
      members += [JSONMember("id", id), JSONMember("method", .string(method)), JSONMember("params", parameters)]
    case .notification(let method, let parameters):
      members += [JSONMember("method", .string(method)), JSONMember("params", parameters)]
    case .response(let id, let result):
      members += [JSONMember("id", id), JSONMember("result", result)]
    case .failure(let id, let failure):
      members += [
        JSONMember("id", id),
        JSONMember("error", ["code": .integer(failure.code.number), "message": .string(failure.message)]),
      ]
    }
    return JSONValue.object(members).text
  }
}
