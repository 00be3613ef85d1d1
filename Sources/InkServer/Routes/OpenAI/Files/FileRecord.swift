import InkChat

/// What is known of a file, beside its bytes.
struct FileRecord: Sendable, Hashable {
  var name: String
  var purpose: FilePurpose
  var byteCount: Int

  init(name: String, purpose: FilePurpose, byteCount: Int) {
    self.name = Self.plain(name)
    self.purpose = purpose
    self.byteCount = byteCount
  }

  /// Reads what `body` wrote.
  init(_ body: JSONValue) throws(ServerError) {
    guard case .string(let name)? = body["filename"], case .string(let word)? = body["purpose"],
      let purpose = FilePurpose(rawValue: word), case .integer(let bytes)? = body["bytes"]
    else { throw ServerError(.server, "The record of a file is damaged.", code: "storage_failure") }
    self.name = name
    self.purpose = purpose
    byteCount = Int(bytes)
  }

  /// What is kept.
  var body: JSONValue {
    ["filename": .string(name), "purpose": .string(purpose.rawValue), "bytes": .integer(Int64(byteCount))]
  }

  /// A name that is a name and no path, of characters that can be shown. It is only ever shown.
  private static func plain(_ name: String) -> String {
    let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
    let shown = String(
      String.UnicodeScalarView(last.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }.prefix(255)))
    return shown.isEmpty || shown == "." || shown == ".." ? "file" : shown
  }
}

extension StoredRecord {
  /// A file in OpenAI's form.
  func fileObject() throws(ServerError) -> JSONValue {
    let file = try FileRecord(body)
    var members = [
      JSONMember("id", .string(identifier.description)), JSONMember("object", "file"),
      JSONMember("bytes", .integer(Int64(file.byteCount))), JSONMember("created_at", .integer(Int64(created))),
    ]
    if let expires { members.append(JSONMember("expires_at", .integer(Int64(expires)))) }
    members += [
      JSONMember("filename", .string(file.name)), JSONMember("purpose", .string(file.purpose.rawValue)),
      // There is nothing to be done with a file before it can be used.
      JSONMember("status", "processed"), JSONMember("status_details", .null),
    ]
    return .object(members)
  }
}
