/// A text with its bytes, for reading characters by byte offset in constant time.
struct TextBytes: Sendable {
  /// The text, in contiguous UTF-8.
  let text: String
  /// Its bytes.
  let bytes: [UInt8]

  init(_ text: String) {
    var text = text
    text.makeContiguousUTF8()
    self.text = text
    bytes = Array(text.utf8)
  }

  var count: Int { bytes.count }

  /// The text of a range of bytes, both of whose ends lie between two characters.
  func substring(_ range: Range<Int>) -> Substring {
    let utf8 = text.utf8
    let start = utf8.index(utf8.startIndex, offsetBy: range.lowerBound)
    return text[start..<utf8.index(start, offsetBy: range.count)]
  }

  /// The scalar that begins at an offset, and its length in bytes.
  @inline(__always)
  func scalar(at offset: Int) -> (value: UInt32, length: Int) {
    let lead = bytes[offset]
    if lead < 0x80 { return (UInt32(lead), 1) }
    let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
    var value = UInt32(lead) & (length == 4 ? 0x07 : length == 3 ? 0x0F : 0x1F)
    var index = offset + 1
    while index < offset + length, index < bytes.count {
      value = value << 6 | UInt32(bytes[index] & 0x3F)
      index += 1
    }
    return (value, length)
  }

  /// The scalar that ends at an offset above 0.
  func scalar(before offset: Int) -> (value: UInt32, length: Int) {
    var start = offset - 1
    while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    return (scalar(at: start).value, offset - start)
  }

  /// Whether an offset next to white space or punctuation lies between two characters: no mark joins the two scalars.
  func isBoundary(_ offset: Int) -> Bool {
    guard offset > 0, offset < bytes.count else { return offset == 0 || offset == bytes.count }
    if bytes[offset] & 0xC0 == 0x80 { return false }
    let next = scalar(at: offset).value
    let previous = scalar(before: offset).value
    if previous == 0x0D { return next != 0x0A }
    if next < 0x300, previous < 0x300 { return true }
    guard let first = Unicode.Scalar(previous), let second = Unicode.Scalar(next) else { return true }
    var pair = String.UnicodeScalarView()
    pair.append(first)
    pair.append(second)
    return String(pair).count == 2
  }

  /// The range without white space at its ends, which stay between two characters.
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end {
      let (value, length) = scalar(at: start)
      guard ScalarKind.isWhitespace(value), start + length >= end || isBoundary(start + length) else { break }
      start += length
    }
    while end > start {
      let (value, length) = scalar(before: end)
      guard ScalarKind.isWhitespace(value), end - length <= start || isBoundary(end - length) else { break }
      end -= length
    }
    return start..<max(start, end)
  }
}
