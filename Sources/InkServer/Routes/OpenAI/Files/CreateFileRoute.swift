import Hummingbird
import InkChat

/// `POST /v1/files`.
struct CreateFileRoute: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    routes.on(.post, "/v1/files", about: Self.description) { request, context in
      var form = try await FileUpload.read(request, context, services)
      let purpose = try form.fields.purpose(of: FilePurpose.uploads)
      guard let purpose else { throw form.fields.missing("purpose") }
      let expires = try Self.expiry(&form.fields).map { services.clock.secondsSince1970() + $0 }
      let warnings = try form.fields.finish(services.settings.unknownFields)
      let file = FileRecord(name: form.fileName, purpose: purpose, byteCount: form.content.size)
      let record = try await services.store.files.insert(
        StoredIdentifier(new: .file, from: services.identifiers), owner: context.identity.name, expires: expires,
        body: file.body, content: form.content)
      return .json(try record.fileObject(), warnings: warnings)
    }
  }

  /// `expires_after[anchor]` and `expires_after[seconds]`: from an hour to thirty days behind its making.
  private static func expiry(_ fields: inout RequestFields) throws(ServerError) -> Int? {
    let anchor = try fields.string("expires_after[anchor]")
    guard let text = try fields.string("expires_after[seconds]") else {
      guard anchor == nil else { throw fields.missing("expires_after[seconds]") }
      return nil
    }
    guard anchor == "created_at" else { throw fields.invalid("expires_after[anchor]", "\"created_at\"") }
    guard let seconds = Int(text), (3600...2_592_000).contains(seconds) else {
      throw fields.invalid("expires_after[seconds]", "a whole number from 3600 to 2592000", found: .string(text))
    }
    return seconds
  }
}

extension RequestFields {
  /// `purpose`, one of a few.
  mutating func purpose(of choices: [FilePurpose]) throws(ServerError) -> FilePurpose? {
    guard let word = try string("purpose") else { return nil }
    guard let purpose = FilePurpose(rawValue: word), choices.contains(purpose) else {
      let list = choices.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
      throw invalid("purpose", "one of \(list)", found: .string(word))
    }
    return purpose
  }
}
