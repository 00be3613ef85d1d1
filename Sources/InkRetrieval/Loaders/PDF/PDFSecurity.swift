/// The standard protection of a PDF file (ISO 32000-2, 7.6) where it opens with the empty password, as files do that
/// only forbid printing or copying: RC4, and AES with 128 and 256 bits.
struct PDFSecurity {
  private enum Cipher {
    case none
    case rc4
    /// AES with a key made for every object.
    case aes
    /// AES with the file's key.
    case aesOfFile
  }

  private let key: [UInt8]
  private let streams: Cipher
  private let strings: Cipher

  /// - Throws: ``RetrievalError`` with code `unsupported` when the file needs a password or another kind of protection.
  init(_ encryption: [String: PDFObject], file: PDFFile) throws(RetrievalError) {
    let version = file.resolve(encryption["V"]).integer ?? 0
    let revision = file.resolve(encryption["R"]).integer ?? 0
    let handler = file.resolve(encryption["Filter"]).name ?? "none"
    guard handler == "Standard" else {
      throw PDFSecurity.unknown(file, "an encrypted one with protection by \"\(handler.prefix(40))\"")
    }
    switch (version, revision) {
    case (1...4, 2...4):
      key = try PDFSecurity.shortKey(encryption, version: version, revision: revision, file: file)
    case (5, 5...6):
      key = try PDFSecurity.longKey(encryption, revision: revision, file: file)
    default:
      throw PDFSecurity.unknown(file, "an encrypted one with protection of version \(version), revision \(revision)")
    }
    if version < 4 {
      (streams, strings) = (.rc4, .rc4)
    } else {
      streams = try PDFSecurity.cipher(of: "StmF", encryption, key, file)
      strings = try PDFSecurity.cipher(of: "StrF", encryption, key, file)
    }
  }

  private static func unknown(_ file: PDFFile, _ found: String) -> RetrievalError {
    RetrievalError(
      .unsupported, context: file.name, expected: "a PDF without protection, or with that of a password",
      found: found, hint: "Open it where it can be read and save a copy without protection.")
  }

  private static func locked(_ file: PDFFile) -> RetrievalError {
    RetrievalError(
      .unsupported, context: file.name, expected: "a PDF that opens without a password",
      found: "an encrypted one that needs its password",
      hint: "Open it with the password and save a copy without protection.")
  }

  private static func cipher(
    of use: String, _ encryption: [String: PDFObject], _ key: [UInt8], _ file: PDFFile
  ) throws(RetrievalError) -> Cipher {
    let name = file.resolve(encryption[use]).name ?? "Identity"
    if name == "Identity" { return .none }
    let filter = file.dictionary(encryption["CF"]).flatMap { file.dictionary($0[name]) } ?? [:]
    let method = file.resolve(filter["CFM"]).name ?? "none"
    switch (method, key.count) {
    case ("None", _): return .none
    case ("V2", 5...16): return .rc4
    case ("AESV2", 16): return .aes
    case ("AESV3", 32): return .aesOfFile
    default: throw unknown(file, "an encrypted one by the method \"\(method.prefix(40))\"")
    }
  }

  // MARK: Keys of up to 128 bits

  private static let padding: [UInt8] = [
    0x28, 0xBF, 0x4E, 0x5E, 0x4E, 0x75, 0x8A, 0x41, 0x64, 0x00, 0x4E, 0x56, 0xFF, 0xFA, 0x01, 0x08, 0x2E, 0x2E, 0x00,
    0xB6, 0xD0, 0x68, 0x3E, 0x80, 0x2F, 0x0C, 0xA9, 0xFE, 0x64, 0x53, 0x69, 0x7A,
  ]

  /// Algorithm 2 for the empty password.
  private static func shortKey(
    _ encryption: [String: PDFObject], version: Int, revision: Int, file: PDFFile
  ) throws(RetrievalError) -> [UInt8] {
    let bits = version == 1 ? 40 : version == 4 ? 128 : file.resolve(encryption["Length"]).integer ?? 40
    guard let owner = file.resolve(encryption["O"]).string, let user = file.resolve(encryption["U"]).string,
      owner.count >= 32, user.count >= 16, let permissions = file.resolve(encryption["P"]).integer, bits >= 40,
      bits <= 128
    else { throw unknown(file, "an encrypted one whose protection is damaged") }
    let length = bits / 8
    let identifier = file.array(file.trailer["ID"])?.first.flatMap { file.resolve($0).string } ?? []
    var input = padding + owner.prefix(32)
    let permissionBits = UInt32(truncatingIfNeeded: permissions)
    for shift in [UInt32(0), 8, 16, 24] { input.append(UInt8(truncatingIfNeeded: permissionBits >> shift)) }
    input += identifier
    if revision >= 4, case .boolean(false) = file.resolve(encryption["EncryptMetadata"]) {
      input += [0xFF, 0xFF, 0xFF, 0xFF]
    }
    var key = PDFDigest.md5(input)
    if revision >= 3 { for _ in 0..<50 { key = PDFDigest.md5(Array(key.prefix(length))) } }
    key = Array(key.prefix(length))
    guard opens(key, user: user, revision: revision, identifier: identifier) else { throw locked(file) }
    return key
  }

  /// Whether a key is that of the empty password (algorithms 4 and 5).
  private static func opens(_ key: [UInt8], user: [UInt8], revision: Int, identifier: [UInt8]) -> Bool {
    if revision == 2 { return PDFCipher.rc4(padding, key: key) == Array(user.prefix(32)) }
    var value = PDFCipher.rc4(PDFDigest.md5(padding + identifier), key: key)
    for round in 1...19 { value = PDFCipher.rc4(value, key: key.map { $0 ^ UInt8(round) }) }
    return value == Array(user.prefix(16))
  }

  // MARK: Keys of 256 bits

  /// Algorithm 2.A for the empty password: 32 bytes of hash, 8 of salt for the check, 8 of salt for the key.
  private static func longKey(
    _ encryption: [String: PDFObject], revision: Int, file: PDFFile
  ) throws(RetrievalError) -> [UInt8] {
    guard let user = file.resolve(encryption["U"]).string, user.count >= 48,
      let wrapped = file.resolve(encryption["UE"]).string, wrapped.count >= 32
    else { throw unknown(file, "an encrypted one whose protection is damaged") }
    guard PDFPasswordHash.hash([], salt: user[32..<40], revision: revision) == Array(user.prefix(32)) else {
      throw locked(file)
    }
    let key = PDFPasswordHash.hash([], salt: user[40..<48], revision: revision)
    guard let cipher = PDFBlockCipher(key: key) else {
      throw unknown(file, "an encrypted one whose protection is damaged")
    }
    return cipher.decrypted(wrapped[..<32], vector: [UInt8](repeating: 0, count: 16))
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
    switch cipher {
    case .none: data
    case .rc4: PDFCipher.rc4(data, key: objectKey(number, generation, mark: []))
    case .aes:
      PDFBlockCipher(key: objectKey(number, generation, mark: Array("sAlT".utf8)))?.decrypted(data) ?? []
    case .aesOfFile: PDFBlockCipher(key: key)?.decrypted(data) ?? []
    }
  }

  /// Algorithm 1: the key of one object.
  private func objectKey(_ number: Int, _ generation: Int, mark: [UInt8]) -> [UInt8] {
    var input = key
    for shift in [0, 8, 16] { input.append(UInt8(truncatingIfNeeded: number >> shift)) }
    for shift in [0, 8] { input.append(UInt8(truncatingIfNeeded: generation >> shift)) }
    return Array(PDFDigest.md5(input + mark).prefix(min(key.count + 5, 16)))
  }
}
