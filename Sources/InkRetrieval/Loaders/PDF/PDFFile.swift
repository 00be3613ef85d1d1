/// The objects of a PDF file by their numbers: cross-reference tables and streams, object streams, and a search through
/// the whole file where those are damaged.
///
/// It caches what it has read, and so is used by one task alone.
final class PDFFile {
  /// Where an object lies.
  enum Entry {
    case offset(Int)
    case packed(stream: Int, index: Int)
  }

  private static let mostObjects = 8_388_607

  let bytes: [UInt8]
  let name: String
  let limits: ReadingLimits
  private(set) var trailer: [String: PDFObject] = [:]
  private var entries: [Int: Entry] = [:]
  private var objects: [Int: PDFObject] = [:]
  private var packed: [Int: [Int: PDFObject]] = [:]
  private var inProgress: Set<Int> = []
  private var unpackedBytes = 0
  private var security: PDFSecurity?
  /// What to say to the person who added the file.
  private(set) var warnings: [String] = []
  /// Where the `endstream` of the file stand, ascending.
  private lazy var streamEnds = PDFFile.indices(of: "endstream", in: bytes)
  /// Bytes that objects may still be read from. Sound files take each byte once or twice; objects that lie in each other
  /// would take the square of them.
  private var lexing: Int

  init(_ bytes: [UInt8], name: String, limits: ReadingLimits) throws(RetrievalError) {
    self.bytes = bytes
    self.name = name
    self.limits = limits
    lexing = 4 * bytes.count + (1 << 20)
    readReferences()
    if pagesRoot == nil {
      warnings.append("The table of contents of the file's objects is damaged; they were searched for.")
      rebuild()
    }
    if let encryption = dictionary(trailer["Encrypt"]) {
      security = try PDFSecurity(encryption, file: self)
      // What was read so far is still as it was written.
      objects = [:]
      packed = [:]
    }
    guard pagesRoot != nil else {
      throw RetrievalError(
        .invalidDocument, context: name, expected: "a PDF with pages", found: "none", hint: "The file is damaged.")
    }
  }

  /// The root of the tree of pages.
  var pagesRoot: [String: PDFObject]? { dictionary(dictionary(trailer["Root"])?["Pages"]) }

  // MARK: Objects

  /// What an object refers to, or itself.
  func resolve(_ object: PDFObject?) -> PDFObject {
    var current = object ?? .null
    var steps = 0
    while case .reference(let number) = current, steps < 32 {
      current = self.object(number)
      steps += 1
    }
    if case .reference = current { return .null }
    return current
  }

  func dictionary(_ object: PDFObject?) -> [String: PDFObject]? {
    switch resolve(object) {
    case .dictionary(let members): members
    case .stream(let stream): stream.dictionary
    case .null, .boolean, .number, .string, .name, .array, .reference: nil
    }
  }

  func array(_ object: PDFObject?) -> [PDFObject]? {
    if case .array(let elements) = resolve(object) { return elements }
    return nil
  }

  private func object(_ number: Int) -> PDFObject {
    if let known = objects[number] { return known }
    guard let entry = entries[number], inProgress.insert(number).inserted else { return .null }
    defer { inProgress.remove(number) }
    var object = PDFObject.null
    switch entry {
    case .offset(let offset):
      if let found = indirectObject(at: offset), found.number == number {
        object = security?.decrypted(found.object, number: number, generation: found.generation) ?? found.object
      }
    case .packed(let stream, _):
      if packed[stream] == nil { packed[stream] = unpackObjects(of: stream) }
      object = packed[stream]?[number] ?? .null
    }
    objects[number] = object
    return object
  }

  /// The object whose number, generation and `obj` stand at an offset.
  private func indirectObject(at offset: Int) -> (number: Int, generation: Int, object: PDFObject)? {
    guard offset >= 0, offset < bytes.count, lexing > 0 else { return nil }
    var lexer = PDFLexer(bytes, from: offset)
    defer { take(lexed: lexer.position - offset) }
    guard let number = lexer.object()?.integer, let generation = lexer.object()?.integer, lexer.take("obj") else {
      return nil
    }
    guard case .object(let object) = lexer.next() else { return (number, generation, .null) }
    guard case .dictionary(let members) = object, lexer.take("stream") else { return (number, generation, object) }
    var start = lexer.position
    if start < bytes.count, bytes[start] == 0x0D { start += 1 }
    if start < bytes.count, bytes[start] == 0x0A { start += 1 }
    let end = streamEnd(from: start, length: resolve(members["Length"]).integer)
    let stream = PDFStream(dictionary: members, range: start..<max(start, end), object: number, generation: generation)
    return (number, generation, .stream(stream))
  }

  /// The end of a stream by its length where `endstream` follows, else by a search for that word.
  private func streamEnd(from start: Int, length: Int?) -> Int {
    if let length, length >= 0, start <= bytes.count, length <= bytes.count - start {
      var lexer = PDFLexer(bytes, from: start + length, to: min(bytes.count, start + length + 32))
      if lexer.take("endstream") { return start + length }
    }
    var (low, high) = (0, streamEnds.count)
    while low < high {
      let middle = (low + high) / 2
      if streamEnds[middle] < start { low = middle + 1 } else { high = middle }
    }
    guard low < streamEnds.count else { return bytes.count }
    var index = streamEnds[low]
    while index > start, bytes[index - 1] == 0x0A || bytes[index - 1] == 0x0D { index -= 1 }
    return index
  }

  private func unpackObjects(of number: Int) -> [Int: PDFObject] {
    guard case .stream(let stream) = object(number), let count = resolve(stream.dictionary["N"]).integer,
      let first = resolve(stream.dictionary["First"]).integer, first >= 0, count >= 0,
      let data = try? decode(stream)
    else { return [:] }
    var header = PDFLexer(data, to: first)
    var found: [Int: PDFObject] = [:]
    for _ in 0..<min(count, data.count) {
      guard let number = header.object()?.integer, let offset = header.object()?.integer, offset >= 0,
        offset <= data.count - min(first, data.count)
      else { break }
      guard lexing > 0 else { break }
      var lexer = PDFLexer(data, from: first + offset)
      found[number] = lexer.object() ?? .null
      take(lexed: lexer.position - first - offset)
    }
    return found
  }

  private func take(lexed count: Int) {
    guard lexing > 0 else { return }
    lexing -= count
    if lexing <= 0 { warnings.append("The file's objects lie in each other; some were not read.") }
  }

  // MARK: Streams

  /// The bytes of a stream behind its filters; empty for pictures.
  func decode(_ stream: PDFStream) throws(RetrievalError) -> [UInt8] {
    var data = Array(bytes[stream.range.clamped(to: 0..<bytes.count)])
    let most = limits.most(unpackedFrom: data.count)
    if let security { data = security.decrypted(data, of: stream) }
    try count(unpacked: data.count)
    let filters = list(stream.dictionary["Filter"] ?? stream.dictionary["F"])
    let settings = list(stream.dictionary["DecodeParms"] ?? stream.dictionary["DP"])
    for (index, filter) in filters.prefix(8).enumerated() {
      guard let filter = PDFFilter(resolve(filter).name ?? "") else { return [] }
      let parameters = index < settings.count ? dictionary(settings[index]) ?? [:] : [:]
      let integers = parameters.compactMapValues { resolve($0).integer }
      let remaining = limits.unpackedBytes - unpackedBytes
      guard let decoded = filter.decode(data, parameters: integers, limit: min(remaining, most)) else {
        throw remaining <= most ? overfull : tooDense
      }
      try count(unpacked: decoded.count)
      data = decoded
    }
    return data
  }

  /// Counts bytes that were unpacked, or read as they are: a stream may be shown any number of times.
  private func count(unpacked bytes: Int) throws(RetrievalError) {
    unpackedBytes += bytes
    guard unpackedBytes <= limits.unpackedBytes else { throw overfull }
  }

  private var overfull: RetrievalError {
    RetrievalError(
      .tooLarge, context: name, expected: "at most \(limits.unpackedBytes) unpacked bytes in all", found: "more",
      hint: "The file is made to fill memory, or should be split.")
  }

  private var tooDense: RetrievalError {
    RetrievalError(
      .tooLarge, context: name, expected: "streams of at most \(limits.unpackingRatio) times their packed size",
      found: "more", hint: "The file is made to fill memory.")
  }

  private func list(_ object: PDFObject?) -> [PDFObject] {
    switch resolve(object) {
    case .null: []
    case .array(let elements): elements
    case .boolean, .number, .string, .name, .dictionary, .stream, .reference: [resolve(object)]
    }
  }

  // MARK: Cross-references

  private static func lastIndex(of word: String, in bytes: [UInt8]) -> Int? {
    let word = Array(word.utf8)
    var index = bytes.count - word.count
    while index >= 0 {
      if bytes[index] == word[0], bytes[index...].starts(with: word) { return index }
      index -= 1
    }
    return nil
  }

  private static func indices(of word: String, in bytes: [UInt8]) -> [Int] {
    let word = Array(word.utf8)
    var found: [Int] = []
    var index = 0
    while index + word.count <= bytes.count {
      if bytes[index] == word[0], bytes[index...].starts(with: word) { found.append(index) }
      index += 1
    }
    return found
  }

  private func readReferences() {
    guard let mark = PDFFile.lastIndex(of: "startxref", in: bytes) else { return }
    var lexer = PDFLexer(bytes, from: mark + 9)
    var next = lexer.object()?.integer
    var seen: Set<Int> = []
    while let offset = next, offset >= 0, offset < bytes.count, seen.insert(offset).inserted {
      var lexer = PDFLexer(bytes, from: offset)
      let members: [String: PDFObject]
      if lexer.take("xref") {
        guard let found = readTable(&lexer) else { return }
        members = found
        // Files for old readers keep newer references beside the table.
        if let hybrid = members["XRefStm"]?.integer, seen.insert(hybrid).inserted { _ = readStream(at: hybrid) }
      } else {
        guard let found = readStream(at: offset) else { return }
        members = found
      }
      trailer.merge(members) { old, _ in old }
      next = members["Prev"]?.integer
    }
  }

  private func readTable(_ lexer: inout PDFLexer) -> [String: PDFObject]? {
    while true {
      if lexer.take("trailer") {
        guard case .dictionary(let members) = lexer.object() else { return nil }
        return members
      }
      guard let first = lexer.object()?.integer, let count = lexer.object()?.integer, first >= 0, count >= 0,
        count <= bytes.count / 18 + 1
      else { return nil }
      for index in 0..<count {
        guard let offset = lexer.object()?.integer, lexer.object() != nil else { return nil }
        if lexer.take("n") { add(first + index, .offset(offset)) } else if !lexer.take("f") { return nil }
      }
    }
  }

  private func add(_ number: Int, _ entry: Entry) {
    guard number >= 0, number <= PDFFile.mostObjects, entries[number] == nil else { return }
    entries[number] = entry
  }

  private func readStream(at offset: Int) -> [String: PDFObject]? {
    guard case .stream(let stream)? = indirectObject(at: offset)?.object,
      let widths = array(stream.dictionary["W"])?.map({ $0.integer ?? 0 }), widths.count >= 3,
      widths.allSatisfy({ $0 >= 0 && $0 <= 8 }), let data = try? decode(stream)
    else { return nil }
    let width = widths[0] + widths[1] + widths[2]
    guard width > 0 else { return nil }
    let size = stream.dictionary["Size"]?.integer ?? 0
    let index = array(stream.dictionary["Index"])?.map { $0.integer ?? 0 } ?? [0, size]
    var place = 0
    func field(_ width: Int) -> Int {
      var value = 0
      for _ in 0..<width {
        value = (value & 0xFF_FFFF_FFFF_FFFF) << 8 | Int(data[place])
        place += 1
      }
      return value
    }
    for pair in stride(from: 0, to: index.count - 1, by: 2) where index[pair] >= 0 && index[pair] <= PDFFile.mostObjects
    {
      var number = index[pair]
      var left = index[pair + 1]
      while left > 0, place + width <= data.count {
        let kind = widths[0] == 0 ? 1 : field(widths[0])
        let second = field(widths[1])
        let third = field(widths[2])
        if kind == 1 { add(number, .offset(second)) }
        if kind == 2 { add(number, .packed(stream: second, index: third)) }
        number += 1
        left -= 1
      }
    }
    return stream.dictionary
  }

  /// Looks through the whole file for objects; of several with one number the last counts.
  private func rebuild() {
    entries = [:]
    objects = [:]
    var found: [(number: Int, offset: Int)] = []
    var index = 0
    let mark = Array("obj".utf8)
    let trailerMark = Array("trailer".utf8)
    while index < bytes.count {
      let byte = bytes[index]
      if byte == mark[0], bytes[index...].starts(with: mark), let start = numbersBefore(index) {
        found.append(start)
        entries[start.number] = .offset(start.offset)
        index += 3
      } else if byte == trailerMark[0], bytes[index...].starts(with: trailerMark) {
        var lexer = PDFLexer(bytes, from: index + 7)
        if case .dictionary(let members)? = lexer.object() { trailer.merge(members) { _, new in new } }
        index += 7
      } else {
        index += 1
      }
    }
    for (number, _) in found {
      guard case .stream(let stream) = object(number) else {
        if dictionary(.reference(number))?["Type"]?.name == "Catalog" { trailer["Root"] = .reference(number) }
        continue
      }
      switch stream.dictionary["Type"]?.name {
      case "XRef":
        for key in ["Root", "Encrypt", "ID", "Info"] where trailer[key] == nil { trailer[key] = stream.dictionary[key] }
      case "ObjStm":
        let members = unpackObjects(of: number)
        packed[number] = members
        for (inner, object) in members where entries[inner] == nil {
          entries[inner] = .packed(stream: number, index: 0)
          if case .dictionary(let content) = object, content["Type"]?.name == "Catalog" {
            trailer["Root"] = .reference(inner)
          }
        }
      default: continue
      }
    }
  }

  /// The number of the object whose `obj` stands at an offset, and where it begins.
  private func numbersBefore(_ offset: Int) -> (number: Int, offset: Int)? {
    func digits(before end: Int) -> (value: Int, start: Int)? {
      var index = end
      while index > 0, PDFLexer.isSpace(bytes[index - 1]), end - index < 4 { index -= 1 }
      let last = index
      while index > 0, last - index < 9, bytes[index - 1] >= 0x30, bytes[index - 1] <= 0x39 { index -= 1 }
      guard index < last, let value = Int(String(decoding: bytes[index..<last], as: UTF8.self)) else { return nil }
      return (value, index)
    }
    guard let generation = digits(before: offset), let number = digits(before: generation.start),
      number.value <= PDFFile.mostObjects
    else { return nil }
    return (number.value, number.start)
  }
}
