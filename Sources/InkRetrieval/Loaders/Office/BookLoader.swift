/// Reads books (EPUB 2 and 3): the chapters in the order of the spine, each as ``HTMLLoader`` reads a page.
public struct BookLoader: DocumentLoader {
  public let mediaTypes = ["application/epub+zip"]
  public let fileExtensions = ["epub"]
  private let limits: ReadingLimits

  private static let keys: [String: String] = [
    "creator": "author", "language": "lang", "date": "date", "identifier": "identifier", "publisher": "publisher",
    "description": "description", "subject": "subject",
  ]

  /// A loader.
  public init(limits: ReadingLimits = ReadingLimits()) { self.limits = limits }

  public func extract(_ bytes: [UInt8], name: String) throws(RetrievalError) -> ExtractedText {
    var archive = try DocumentArchive(bytes, name: name, limits: limits)
    var builder = ExtractedTextBuilder(name: name, limits: limits)
    let package = try packagePath(&archive, name: name)
    let chapters = try readPackage(&archive, package, into: &builder)
    let encrypted = try encryptedMembers(&archive)
    guard !chapters.contains(where: { encrypted.contains($0) }) else {
      throw RetrievalError(
        .unsupported, context: name, expected: "a book that can be read", found: "encrypted chapters",
        hint: "Use a copy without copy protection.")
    }
    for chapter in chapters {
      guard let content = try archive.contents(chapter) else {
        builder.warn("The chapter \(chapter) is missing.")
        continue
      }
      let text = try TextEncoding.text(of: content, name: "\(name): \(chapter)").text
      try builder.endParagraph()
      var reader = HTMLReader(builder: builder, selection: .content)
      try reader.read(text)
      builder = reader.builder
      try builder.endParagraph()
    }
    builder.trimEnd()
    return builder.text
  }

  private func packagePath(_ archive: inout DocumentArchive, name: String) throws(RetrievalError) -> String {
    var reader = try archive.requiredXML("META-INF/container.xml")
    while let token = try reader.next() {
      if case .start(let element) = token, element.name == "rootfile", let path = element.value("full-path") {
        return path
      }
    }
    throw RetrievalError(.invalidDocument, context: name, expected: "the place of the book's package", found: "none")
  }

  /// Reads title and metadata and returns the chapters' members in reading order.
  private func readPackage(
    _ archive: inout DocumentArchive, _ path: String, into builder: inout ExtractedTextBuilder
  ) throws(RetrievalError) -> [String] {
    var reader = try archive.requiredXML(path)
    let folder = DocumentArchive.folder(of: path)
    var items: [String: String] = [:]
    var spine: [String] = []
    var text = ""
    while let token = try reader.next() {
      switch token {
      case .text(let more): text += more
      case .start(let element):
        text = ""
        if element.name == "item", let id = element.value("id"), let reference = element.value("href"),
          element.value("media-type")?.contains("html") ?? true
        {
          items[id] = DocumentArchive.resolve(BookLoader.decoded(reference), from: folder)
        }
        if element.name == "itemref", let id = element.value("idref") { spine.append(id) }
      case .end(let element):
        let value = text.collapsedWhitespace
        text = ""
        if value.isEmpty { continue }
        if element == "title", builder.title == nil { builder.title = value }
        if let key = BookLoader.keys[element], builder.metadata[key] == nil { builder.metadata[key] = value }
      }
    }
    return spine.compactMap { items[$0] }
  }

  private func encryptedMembers(_ archive: inout DocumentArchive) throws(RetrievalError) -> Set<String> {
    guard var reader = try archive.xml("META-INF/encryption.xml") else { return [] }
    var members: Set<String> = []
    while let token = try reader.next() {
      if case .start(let element) = token, element.name == "CipherReference", let uri = element.value("URI") {
        members.insert(BookLoader.decoded(uri))
      }
    }
    return members
  }

  /// A reference without its fragment and with its percent codes replaced.
  private static func decoded(_ reference: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(reference.utf8.prefix { $0 != UInt8(ascii: "#") })[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
