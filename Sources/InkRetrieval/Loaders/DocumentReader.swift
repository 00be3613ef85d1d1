/// Takes the text out of files of every known format, by the loader that a file's first bytes, its media type or its
/// name choose.
public struct DocumentReader: Sendable {
  /// How a file will be read.
  public struct Choice: Sendable {
    /// What reads it.
    public let loader: any DocumentLoader
    /// The media type that stands for the choice: given again, it makes the same one.
    public let mediaType: String
  }

  /// The formats, the first that knows a media type or an ending counts.
  public let loaders: [any DocumentLoader]
  /// What a file may cost.
  public let limits: ReadingLimits

  /// A reader of the built-in formats; `additional` loaders come before them.
  public init(limits: ReadingLimits = ReadingLimits(), additional: [any DocumentLoader] = []) {
    self.limits = limits
    loaders = additional + DocumentReader.builtIn(limits)
  }

  private static func builtIn(_ limits: ReadingLimits) -> [any DocumentLoader] {
    [
      MarkdownLoader(limits: limits), HTMLLoader(limits: limits), PlainTextLoader(limits: limits),
      DelimitedTableLoader(limits: limits), JSONLoader(limits: limits), SourceCodeLoader(limits: limits),
      XMLLoader(limits: limits), WordLoader(limits: limits), SpreadsheetLoader(limits: limits),
      PresentationLoader(limits: limits), BookLoader(limits: limits), PDFLoader(limits: limits),
      MailLoader(limits: limits),
    ]
  }

  /// The endings of the files that are read, in order; what a folder holds beside them is left alone.
  public var fileExtensions: [String] { Array(Set(loaders.flatMap(\.fileExtensions))).sorted() }

  /// The media types that are read, in order.
  public var mediaTypes: [String] { Array(Set(loaders.flatMap(\.mediaTypes))).sorted() }

  /// The text of a file.
  ///
  /// - Parameters:
  ///   - name: the file's name, which messages and the choice use.
  ///   - mediaType: what a sender or an earlier choice says it is; parameters behind a semicolon are ignored.
  /// - Throws: ``RetrievalError`` with code `unsupported` when no loader fits, else what the loader throws.
  public func read(_ bytes: [UInt8], name: String, mediaType: String? = nil) throws(RetrievalError) -> ExtractedText {
    try choose(bytes, name: name, mediaType: mediaType).loader.extract(bytes, name: name)
  }

  /// Which loader reads a file.
  ///
  /// The first bytes decide where they are a format's signature: a PDF is one whatever it is called. Then the media
  /// type decides, unless it only says that the file is text or bytes; then the name's ending; then what the bytes
  /// look like.
  public func choose(
    _ bytes: [UInt8], name: String, mediaType: String? = nil
  ) throws(RetrievalError) -> Choice {
    try limits.check(fileOf: bytes.count, name: name)
    let given = mediaType.map { $0.prefix { $0 != ";" }.lowercased().collapsedWhitespace }
    if let signature = try FileSignature.mediaType(of: bytes, name: name, limits: limits),
      let found = loader(of: signature)
    {
      return found
    }
    let isVague = given == nil || given == "text/plain" || given == "application/octet-stream"
    if let given, !isVague, let found = loader(of: given) { return found }
    let ending = DocumentReader.fileExtension(of: name)
    if let loader = loaders.first(where: { $0.fileExtensions.contains(ending) }), let type = loader.mediaTypes.first {
      return Choice(loader: loader, mediaType: type)
    }
    if let given, let found = loader(of: given) { return found }
    guard let looks = FileSignature.textMediaType(of: bytes), let found = loader(of: looks) else {
      throw RetrievalError(
        .unsupported, context: name, expected: "a format such as \(fileExtensions.prefix(12).joined(separator: ", "))",
        found: given ?? (ending.isEmpty ? "bytes that are not text" : "a file .\(ending)"),
        hint: "Convert the file to text, Markdown, HTML or PDF.")
    }
    return found
  }

  private func loader(of mediaType: String) -> Choice? {
    loaders.first { $0.mediaTypes.contains(mediaType) }.map { Choice(loader: $0, mediaType: mediaType) }
  }

  /// The ending of a file's name in lower case, without the dot; the whole name for a file such as `README`.
  static func fileExtension(of name: String) -> String {
    let file = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? ""
    guard let dot = file.lastIndex(of: "."), dot > file.startIndex else { return file.lowercased() }
    return file[file.index(after: dot)...].lowercased()
  }
}
