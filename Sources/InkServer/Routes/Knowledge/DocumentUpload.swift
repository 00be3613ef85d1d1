import Hummingbird
import InkChat
import NIOCore

/// A document that a client sends: a form with `file`, or JSON with `name` and `text`. Other fields of the form, and the
/// members of `metadata`, are said of the document.
struct DocumentUpload: Sendable {
  var name: String
  var mediaType: String?
  var bytes: [UInt8]
  var metadata: [String: String]
  var warnings: [String]

  /// Reads a request.
  ///
  /// - Throws: `tooLarge` beyond the server's limit for files, and what reading the body throws.
  static func read(
    _ request: Request, _ context: ServerContext, _ services: ServerServices
  ) async throws -> DocumentUpload {
    let type = request.headers[.contentType]?.lowercased() ?? ""
    guard type.hasPrefix("multipart/form-data") else { return try await text(request, context, services) }
    let form = try await FileUpload.read(request, context, services)
    let file = FileRecord(name: form.fileName, purpose: .userData, byteCount: form.content.size)
    let files = services.store.files
    let identifier = StoredIdentifier(new: .file, from: services.identifiers)
    _ = try await files.insert(
      identifier, owner: context.identity.name, expires: services.clock.secondsSince1970() + 3600, body: file.body,
      content: form.content)
    let bytes: [UInt8]
    do {
      bytes = try await files.wholeContent(identifier, size: file.byteCount)
    } catch {
      _ = try? await files.remove(identifier, owner: context.identity.name)
      throw error
    }
    // The base keeps the bytes; the form's copy has done its work.
    _ = try await files.remove(identifier, owner: context.identity.name)
    var fields = form.fields
    let name = try fields.string("name") ?? form.fileName.split(whereSeparator: { $0 == "\\" }).last.map(String.init)
    var metadata: [String: String] = [:]
    for key in fields.names where key != "name" { metadata[key] = try fields.string(key) }
    return DocumentUpload(
      name: try checked(name ?? file.name, fields), mediaType: nil, bytes: bytes, metadata: metadata, warnings: [])
  }

  private static func text(
    _ request: Request, _ context: ServerContext, _ services: ServerServices
  ) async throws -> DocumentUpload {
    var fields = try await request.fields(context, services)
    let name = try fields.requiredString("name")
    let text = try fields.requiredString("text")
    let type = try fields.string("media_type")
    let metadata = try fields.metadata("metadata")
    let warnings = try fields.finish(services.settings.unknownFields)
    return DocumentUpload(
      name: try checked(name, fields), mediaType: type ?? "text/plain", bytes: Array(text.utf8), metadata: metadata,
      warnings: warnings)
  }

  /// A name is only ever a name: it is never used as a path on this machine. Clients that follow the URL standard take
  /// `.` and `..` in an address as steps, even percent-encoded: deleting a document of that name would ask for the base.
  static func checked(
    _ name: String, of field: String = "name", _ fields: RequestFields
  ) throws(ServerError) -> String {
    let isPlain = name.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
    guard isPlain, !name.isEmpty, name != ".", name != "..", name.utf8.count <= 1024 else {
      throw fields.invalid(
        field, "1 to 1024 bytes without control characters, not \".\" or \"..\"", found: .string(name))
    }
    return name
  }
}

extension RequestFields {
  /// An object of texts.
  mutating func metadata(_ name: String) throws(ServerError) -> [String: String] {
    guard let value = value(name) else { return [:] }
    guard case .object(let members) = value, members.count <= 64 else {
      throw invalid(name, "an object of at most 64 texts", found: value)
    }
    var metadata: [String: String] = [:]
    for member in members {
      switch member.value {
      case .string(let text): metadata[member.name] = text
      case .integer, .number, .boolean: metadata[member.name] = member.value.text
      case .null, .array, .object: throw invalid(name, "an object of texts", found: member.value)
      }
    }
    return metadata
  }
}

extension RecordStore {
  /// All bytes of a file.
  func wholeContent(_ identifier: StoredIdentifier, size: Int) async throws(ServerError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size)
    while bytes.count < size {
      let piece = try await read(identifier, .content, at: bytes.count, count: min(1 << 20, size - bytes.count))
      guard !piece.isEmpty else { throw ServerError.noSuch(.file, identifier.description) }
      bytes += piece
    }
    return bytes
  }
}
