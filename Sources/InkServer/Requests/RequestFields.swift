package import InkChat

/// Reads the members of a JSON object and remembers which ones were read, so that the others can be named.
///
/// A member with the value `null` counts as absent, as clients that write out every field expect it.
package struct RequestFields: Sendable {
  private let members: [JSONMember]
  /// Where the object stands in the body, such as `messages[2].`; empty for the body itself.
  private let prefix: String
  private var read: Set<String> = []
  private var unknownInside: [String] = []

  /// The reader of an object.
  ///
  /// - Parameter path: where the object stands, such as `stream_options`; empty for the body itself.
  /// - Throws: `invalidRequest` for anything but an object.
  package init(_ value: JSONValue, path: String = "") throws(ServerError) {
    guard case .object(let members) = value else {
      throw ServerError(
        .invalidRequest, path.isEmpty ? "The body must be a JSON object." : "\"\(path)\" must be an object.",
        param: path.isEmpty ? nil : path, code: "invalid_type")
    }
    self.members = members
    prefix = path.isEmpty ? "" : path + "."
  }

  /// The place of a member, as errors name it.
  package func path(_ name: String) -> String { prefix + name }

  /// The names that the object has, in order.
  package var names: [String] { members.map(\.name) }

  /// The members that nobody asked for, by their place.
  package var unknown: [String] {
    members.map(\.name).filter { !read.contains($0) }.map { prefix + $0 } + unknownInside
  }

  /// The value of a member as it is; nil when it is absent or `null`.
  package mutating func value(_ name: String) -> JSONValue? {
    read.insert(name)
    guard let value = members.last(where: { $0.name == name })?.value, value != .null else { return nil }
    return value
  }

  /// Members that are known and have no effect here.
  package mutating func ignore(_ names: String...) {
    read.formUnion(names)
  }

  /// Keeps what a reader of an inner object did not know.
  package mutating func adopt(_ inner: RequestFields) {
    unknownInside += inner.unknown
  }

  /// What to throw for a member that must be there.
  package func missing(_ name: String) -> ServerError {
    ServerError(
      .invalidRequest, "The field \"\(path(name))\" is required.", param: path(name), code: "missing_required_parameter"
    )
  }

  /// What to throw for a member with a value that cannot be.
  package func invalid(_ name: String, _ expectation: String, found: JSONValue? = nil) -> ServerError {
    let found = found.map { " It is \(Self.describe($0))." } ?? ""
    return ServerError(
      .invalidRequest, "The field \"\(path(name))\" must be \(expectation).\(found)", param: path(name),
      code: "invalid_value")
  }

  /// What to throw for a member that is understood and cannot be done.
  package func unsupported(_ name: String, _ reason: String) -> ServerError {
    ServerError(
      .invalidRequest, "The field \"\(path(name))\" asks for something that is not supported: \(reason)",
      param: path(name), code: "unsupported_value")
  }

  /// Says what to tell the client about members that nobody knows.
  ///
  /// - Returns: their places, for the warning header.
  /// - Throws: `invalidRequest` (`unknown_parameter`) when they are to be refused.
  package func finish(_ rule: UnknownFieldRule) throws(ServerError) -> [String] {
    let unknown = unknown
    switch rule {
    case .warn: return unknown
    case .refuse:
      guard let first = unknown.first else { return [] }
      let list = unknown.prefix(16).map { "\"\($0)\"" }.joined(separator: ", ")
      throw ServerError(
        .invalidRequest, "Unknown fields: \(list). This server refuses fields that it does not know.", param: first,
        code: "unknown_parameter")
    }
  }

  /// A value in a few words, never a long text.
  private static func describe(_ value: JSONValue) -> String {
    switch value {
    case .null: "null"
    case .boolean(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .number(let value): String(value)
    case .string(let text) where text.count <= 40: "\"\(text)\""
    case .string(let text): "a string of \(text.utf8.count) bytes"
    case .array(let elements): "an array of \(elements.count)"
    case .object: "an object"
    }
  }
}
