/// The standard protection of a PDF file (ISO 32000-1, 7.6) where it opens with the empty password, as files do that
/// only
/// forbid printing or copying: RC4 and AES with 128 bits.
struct PDFSecurity {
  private enum Cipher {
    case none
    case rc4
    case aes
  }

  private static let padding: [UInt8] = [
    0x28, 0xBF, 0x4E, 0x5E, 0x4E, 0x75, 0x8A, 0x41, 0x64, 0x00, 0x4E, 0x56, 0xFF, 0xFA, 0x01, 0x08, 0x2E, 0x2E, 0x00,
    0xB6,
    0xD0, 0x68, 0x3E, 0x80, 0x2F, 0x0C, 0xA9, 0xFE, 0x64, 0x53, 0x69, 0x7A,
  ]

  private let key: [UInt8]
  private let streams: Cipher
  private let strings: Cipher

  /// - Throws: ``RetrievalError`` with code `unsupported` when the file needs a password or another kind of protection.
  init(_ encryption: [String: PDFObject], file: PDFFile) throws(RetrievalError) {
    let locked = RetrievalError(
      .unsupported, context: file.name, expected: "a PDF that opens without a password", found: "an encrypted one",
      hint: "Save a copy without protection.")
    let version = file.resolve(encryption["V"]).integer ?? 0
    let revision = file.resolve(encryption["R"]).integer ?? 0
    guard file.resolve(encryption["Filter"]).name == "Standard", (1...4).contains(version), (2...4).contains(revision),
      let owner = file.resolve(encryption["O"]).string, let user = file.resolve(encryption["U"]).string,
      owner.count >= 32, user.count >= 16, let permissions = file.resolve(encryption["P"]).integer
    else { throw locked }
    let bits = version == 1 ? 40 : version == 4 ? 128 : file.resolve(encryption["Length"]).integer ?? 40
    guard bits >= 40, bits <= 128 else { throw locked }
    let length = bits / 8
    let identifier = file.array(file.trailer["ID"])?.first.flatMap { file.resolve($0).string } ?? []
    var input = PDFSecurity.padding + owner.prefix(32)
    let permissionBits = UInt32(truncatingIfNeeded: permissions)
    for shift in [UInt32(0), 8, 16, 24] { input.append(UInt8(truncatingIfNeeded: permissionBits >> shift)) }
    input += identifier
    if revision >= 4, case .boolean(false) = file.resolve(encryption["EncryptMetadata"]) {
      input += [0xFF, 0xFF, 0xFF, 0xFF]
    }
    var key = PDFDigest.md5(input)
    if revision >= 3 { for _ in 0..<50 { key = PDFDigest.md5(Array(key.prefix(length))) } }
    key = Array(key.prefix(length))
    guard PDFSecurity.opens(key, user: user, revision: revision, identifier: identifier) else { throw locked }
    self.key = key
    if version < 4 {
      (streams, strings) = (.rc4, .rc4)
    } else {
      let filters = file.dictionary(encryption["CF"]) ?? [:]
      func cipher(_ name: String) throws(RetrievalError) -> Cipher {
        let filter = file.resolve(encryption[name]).name ?? "Identity"
        if filter == "Identity" { return .none }
        switch file.dictionary(filters[filter]).flatMap({ file.resolve($0["CFM"]).name }) {
        case "V2": return .rc4
        case "AESV2": return .aes
        case "None": return .none
        default: throw locked
        }
      }
      (streams, strings) = (try cipher("StmF"), try cipher("StrF"))
    }
  }

  /// Whether a key is that of the empty password (algorithms 4 and 5).
  private static func opens(_ key: [UInt8], user: [UInt8], revision: Int, identifier: [UInt8]) -> Bool {
    if revision == 2 { return PDFCipher.rc4(padding, key: key) == Array(user.prefix(32)) }
    var value = PDFCipher.rc4(PDFDigest.md5(padding + identifier), key: key)
    for round in 1...19 { value = PDFCipher.rc4(value, key: key.map { $0 ^ UInt8(round) }) }
    return value == Array(user.prefix(16))
  }

  // MARK: Decryption

  /// An object with its strings decrypted.
  func decrypted(_ object: PDFObject, number: Int, generation: Int) -> PDFObject {
    switch object {
    case .string(let bytes): .string(decrypted(bytes, strings, number, generation))
    case .array(let elements):
      .array(elements.map { decrypted($0, number: number, generation: generation) })
    case .dictionary(let members):
      .dictionary(members.mapValues { decrypted($0, number: number, generation: generation) })
    case .stream(var stream):
      {
        stream.dictionary = stream.dictionary.mapValues { decrypted($0, number: number, generation: generation) }
        return .stream(stream)
      }()
    case .null, .boolean, .number, .name, .reference: object
    }
  }

  /// The bytes of a stream as its filters wrote them. References are never encrypted.
  func decrypted(_ data: [UInt8], of stream: PDFStream) -> [UInt8] {
    if stream.dictionary["Type"]?.name == "XRef" { return data }
    return decrypted(data, streams, stream.object, stream.generation)
  }

  private func decrypted(_ data: [UInt8], _ cipher: Cipher, _ number: Int, _ generation: Int) -> [UInt8] {
    var input = key
    for shift in [0, 8, 16] { input.append(UInt8(truncatingIfNeeded: number >> shift)) }
    for shift in [0, 8] { input.append(UInt8(truncatingIfNeeded: generation >> shift)) }
    let length = min(key.count + 5, 16)
    switch cipher {
    case .none: return data
    case .rc4: return PDFCipher.rc4(data, key: Array(PDFDigest.md5(input).prefix(length)))
    case .aes:
      let objectKey = Array(PDFDigest.md5(input + Array("sAlT".utf8)).prefix(length))
      return PDFCipher.aes(data, key: objectKey)
    }
  }
}
