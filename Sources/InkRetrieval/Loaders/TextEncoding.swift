import Foundation

/// How the characters of a text file are written as bytes.
public enum TextEncoding: String, Sendable, Hashable, CaseIterable {
  case utf8 = "utf-8"
  case utf16LittleEndian = "utf-16le"
  case utf16BigEndian = "utf-16be"
  /// GB 18030, which holds GBK and GB 2312.
  case gb18030
  case big5
  case shiftJIS = "shift_jis"
  case eucKorean = "euc-kr"
  case windows1252 = "windows-1252"

  /// The encoding of a name as web pages and mails give it; nil when it is none of these.
  public init?(label: String) {
    switch label.lowercased().filter({ !$0.isWhitespace && $0 != "\"" && $0 != "'" }) {
    case "utf-8", "utf8", "us-ascii", "ascii", "unicode-1-1-utf-8": self = .utf8
    case "utf-16", "utf-16le": self = .utf16LittleEndian
    case "utf-16be": self = .utf16BigEndian
    case "gb18030", "gbk", "gb2312", "gb_2312-80", "x-gbk", "cp936", "chinese", "hz-gb-2312": self = .gb18030
    case "big5", "big5-hkscs", "cp950", "x-x-big5", "cn-big5": self = .big5
    case "shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j", "cp932": self = .shiftJIS
    case "euc-kr", "ks_c_5601-1987", "cp949", "korean": self = .eucKorean
    case "windows-1252", "iso-8859-1", "latin1", "cp1252", "iso8859-1", "iso-8859-15": self = .windows1252
    default: return nil
    }
  }

  /// The text of bytes in this encoding; nil when they are not.
  public func decode(_ bytes: [UInt8]) -> String? {
    switch self {
    case .utf8: String(validating: bytes, as: UTF8.self)
    case .utf16LittleEndian: TextEncoding.utf16(bytes, low: 0, high: 1)
    case .utf16BigEndian: TextEncoding.utf16(bytes, low: 1, high: 0)
    case .windows1252: TextEncoding.western(bytes)
    // The numbers of Core Foundation's encodings, which Foundation knows on every platform.
    case .gb18030: TextEncoding.foundation(bytes, 0x0632)
    case .big5: TextEncoding.foundation(bytes, 0x0A03) ?? TextEncoding.foundation(bytes, 0x0A06)
    case .shiftJIS: TextEncoding.foundation(bytes, 0x0420) ?? TextEncoding.foundation(bytes, 0x0A01)
    case .eucKorean: TextEncoding.foundation(bytes, 0x0422) ?? TextEncoding.foundation(bytes, 0x0940)
    }
  }

  private static func foundation(_ bytes: [UInt8], _ number: UInt) -> String? {
    String(data: Data(bytes), encoding: String.Encoding(rawValue: 0x8000_0000 | number))
  }

  private static func utf16(_ bytes: [UInt8], low: Int, high: Int) -> String? {
    guard bytes.count % 2 == 0 else { return nil }
    var units: [UInt16] = []
    units.reserveCapacity(bytes.count / 2)
    for index in stride(from: 0, to: bytes.count, by: 2) {
      units.append(UInt16(bytes[index + high]) << 8 | UInt16(bytes[index + low]))
    }
    return String(validating: units, as: UTF16.self)
  }

  /// Every byte is a character; the five that the code page leaves open stand for themselves, as on the web.
  private static func western(_ bytes: [UInt8]) -> String {
    var scalars = String.UnicodeScalarView()
    for byte in bytes {
      let value = byte >= 0x80 && byte < 0xA0 ? westernHigh[Int(byte) - 0x80] : UInt16(byte)
      if let scalar = Unicode.Scalar(value) { scalars.append(scalar) }
    }
    return String(scalars)
  }

  private static let westernHigh: [UInt16] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D,
    0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,
    0x017E, 0x0178,
  ]
}
