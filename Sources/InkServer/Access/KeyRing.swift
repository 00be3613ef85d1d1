import Crypto
import Foundation

/// The keys of a server, kept as digests.
struct KeyRing: Sendable {
  private let entries: [(digest: [UInt8], key: AccessKey)]

  init(_ keys: [AccessKey]) {
    entries = keys.map { (Self.digest($0.secret), $0) }
  }

  /// Whether everybody is let in.
  var isEmpty: Bool { entries.isEmpty }

  /// The key that a client gave. How long it takes says nothing about how much of a key was right: digests of one length
  /// are compared to their end, all of them.
  func key(_ secret: String) -> AccessKey? {
    let given = Self.digest(secret)
    var found: AccessKey?
    for entry in entries {
      var difference: UInt8 = 0
      for (left, right) in zip(given, entry.digest) { difference |= left ^ right }
      if difference == 0 { found = entry.key }
    }
    return found
  }

  private static func digest(_ secret: String) -> [UInt8] {
    [UInt8](SHA256.hash(data: Data(secret.utf8)))
  }
}
