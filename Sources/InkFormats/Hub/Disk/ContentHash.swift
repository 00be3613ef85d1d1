import Crypto

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The hash a file must have.
public enum ContentHash: Sendable, Equatable, Hashable {
  /// SHA-256 of the content, 64 lower-case hexadecimal digits (large files on the hubs).
  case sha256(String)
  /// SHA-1 of git's blob header and the content, 40 digits (small files on Hugging Face).
  case gitBlob(String)

  /// Reads a hash by its length; nil for anything but 40 or 64 hexadecimal digits.
  public init?(hexadecimal text: String) {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0 | 0x20) }) else { return nil }
    switch text.utf8.count {
    case 64: self = .sha256(text.lowercased())
    case 40: self = .gitBlob(text.lowercased())
    default: return nil
    }
  }

  /// The hexadecimal digits.
  public var hexadecimal: String {
    switch self {
    case .sha256(let text), .gitBlob(let text): text
    }
  }
}

/// Computes a `ContentHash` while bytes pass by.
package struct ContentHasher: Sendable {
  private enum State: Sendable {
    case sha256(SHA256)
    case gitBlob(Insecure.SHA1)
    case none
  }

  private var state: State

  /// Starts a hash of the same kind as `expected`; nil computes nothing. `size` is the length of the whole content.
  package init(like expected: ContentHash?, size: UInt64) {
    switch expected {
    case .sha256: state = .sha256(SHA256())
    case .gitBlob:
      var hash = Insecure.SHA1()
      hash.update(data: Array("blob \(size)\0".utf8))
      state = .gitBlob(hash)
    case nil: state = .none
    }
  }

  /// Takes in the next bytes.
  package mutating func update(_ bytes: [UInt8]) {
    switch state {
    case .sha256(var hash):
      hash.update(data: bytes)
      state = .sha256(hash)
    case .gitBlob(var hash):
      hash.update(data: bytes)
      state = .gitBlob(hash)
    case .none: break
    }
  }

  /// The hash of everything taken in.
  package func finish() -> ContentHash? {
    switch state {
    case .sha256(let hash): .sha256(ContentHasher.digits(hash.finalize()))
    case .gitBlob(let hash): .gitBlob(ContentHasher.digits(hash.finalize()))
    case .none: nil
    }
  }

  private static func digits(_ digest: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The hash of a file on the disk, of the same kind as `expected`.
  package static func hash(of path: String, like expected: ContentHash) throws(HubError) -> ContentHash? {
    let file = try DiskFile(path, .reading)
    let size = try file.size()
    var hasher = ContentHasher(like: expected, size: size)
    var offset: UInt64 = 0
    while offset < size {
      if Task.isCancelled { throw HubError(.cancelled, context: path, found: "the task was cancelled") }
      let bytes = try file.read(at: offset, count: 1 << 20)
      if bytes.isEmpty { break }
      hasher.update(bytes)
      offset += UInt64(bytes.count)
    }
    return hasher.finish()
  }
}
