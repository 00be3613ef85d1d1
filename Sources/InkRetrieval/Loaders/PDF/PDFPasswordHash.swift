import Crypto

/// The hash of a password in files that are protected with 256 bits.
enum PDFPasswordHash {
  /// Algorithm 2.B of ISO 32000-2, or one SHA-256 as the files of the revision before it have.
  ///
  /// - Parameters:
  ///   - password: UTF-8, at most 127 bytes.
  ///   - salt: 8 bytes.
  static func hash(_ password: [UInt8], salt: ArraySlice<UInt8>, revision: Int) -> [UInt8] {
    var key = Array(SHA256.hash(data: password + salt))
    guard revision >= 6 else { return key }
    var round = 0
    while true {
      round += 1
      var once = password
      once += key
      let repeated = (0..<64).flatMap { _ in once }
      guard let cipher = PDFBlockCipher(key: Array(key.prefix(16))) else { return [] }
      let mixed = cipher.encrypted(repeated, vector: Array(key[16..<32]))
      // The first 16 bytes as one number, modulo 3: 256 is 1 modulo 3, so their sum does.
      switch mixed.prefix(16).reduce(0, { $0 + Int($1) }) % 3 {
      case 0: key = Array(SHA256.hash(data: mixed))
      case 1: key = Array(SHA384.hash(data: mixed))
      default: key = Array(SHA512.hash(data: mixed))
      }
      if round >= 64, Int(mixed.last ?? 0) <= round - 32 { return Array(key.prefix(32)) }
    }
  }
}
