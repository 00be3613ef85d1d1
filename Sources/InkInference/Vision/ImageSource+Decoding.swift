import InkChat
import InkFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension ImageSource {
  /// The picture: of encoded bytes or of an address that holds them itself (`data:`, RFC 2397). Nothing is fetched.
  ///
  /// - Throws: `unsupported` for any other address; `invalidInput` for a picture that cannot be read.
  func decoded() throws(GenerationError) -> RasterImage {
    let bytes: [UInt8]
    switch self {
    case .encoded(let given, _): bytes = given
    case .address(let address): bytes = try ImageSource.bytes(inside: address)
    }
    do { return try RasterImage.decode(bytes) } catch {
      throw GenerationError(
        code: error.code == .unsupported ? .unsupported : .invalidInput, context: "image", expected: error.expected,
        found: error.context.isEmpty ? error.found : "\(error.found) (\(error.context))", hint: error.hint)
    }
  }

  private static func bytes(inside address: String) throws(GenerationError) -> [UInt8] {
    let scheme = address.prefix { $0 != ":" }.lowercased()
    guard scheme == "data" else {
      throw GenerationError(
        code: .unsupported, context: "image", expected: "the picture itself, or a data: address that holds it",
        found: "the address \"\(address.prefix(60))\"",
        hint: "Addresses are not fetched: read the picture and give its bytes.")
    }
    guard let comma = address.firstIndex(of: ","), address[..<comma].lowercased().hasSuffix(";base64"),
      let data = Data(base64Encoded: String(address[address.index(after: comma)...]))
    else {
      throw GenerationError(
        code: .invalidInput, context: "image", expected: "data:image/…;base64, and the picture in base 64",
        found: "\"\(address.prefix(40))\"")
    }
    return [UInt8](data)
  }
}
