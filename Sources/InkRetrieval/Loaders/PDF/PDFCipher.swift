/// The stream cipher of protected PDF files.
enum PDFCipher {
  /// RC4 of data; the same call encrypts and decrypts.
  static func rc4(_ data: [UInt8], key: [UInt8]) -> [UInt8] {
    guard !key.isEmpty else { return data }
    var box = (0..<256).map { UInt8($0) }
    var second = 0
    for first in 0..<256 {
      second = (second + Int(box[first]) + Int(key[first % key.count])) & 0xFF
      box.swapAt(first, second)
    }
    var result = data
    var first = 0
    second = 0
    for index in result.indices {
      first = (first + 1) & 0xFF
      second = (second + Int(box[first])) & 0xFF
      box.swapAt(first, second)
      result[index] ^= box[(Int(box[first]) + Int(box[second])) & 0xFF]
    }
    return result
  }
}
