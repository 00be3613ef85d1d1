import Crypto
import Foundation
package import InkRetrieval

/// The client's side of SCRAM-SHA-256: both sides show that they know the password, and neither sends it.
///
/// RFC 5802 (the mechanism), RFC 7677 (with SHA-256).
package struct ScramClient: Sendable {
  package static let mechanism = "SCRAM-SHA-256"
  /// The most rounds that a server may ask for; what servers ask for is 4,096.
  static let mostRounds = 1_000_000

  private let password: String
  private let nonce: String
  private let firstBare: String
  private var serverSignature: [UInt8]?

  /// - Parameter user: PostgreSQL knows the user from the first message, and takes an empty name here.
  package init(user: String, password: String, nonce: String) {
    self.password = password
    self.nonce = nonce
    firstBare = "n=\(user),r=\(nonce)"
  }

  /// The first message: no channel binding, for there is no TLS.
  package var first: [UInt8] { Array("n,,\(firstBare)".utf8) }

  /// The proof, in answer to the server's first message.
  package mutating func proof(answering message: [UInt8]) throws(RetrievalError) -> [UInt8] {
    let serverFirst = String(decoding: message, as: UTF8.self)
    let parts = Self.attributes(of: serverFirst)
    guard let full = parts["r"], full.hasPrefix(nonce), full.utf8.count > nonce.utf8.count,
      let salt = parts["s"].flatMap({ Data(base64Encoded: $0) }), !salt.isEmpty,
      let rounds = parts["i"].flatMap({ Int($0) }), (1...Self.mostRounds).contains(rounds)
    else {
      throw Self.refusal("a challenge that is not one of SCRAM, or of more than \(Self.mostRounds) rounds")
    }
    let salted = Self.salted(Self.prepared(password), salt: Array(salt), rounds: rounds)
    let clientKey = Self.authenticationCode("Client Key", key: salted)
    let finalBare = "c=biws,r=\(full)"
    let signed = "\(firstBare),\(serverFirst),\(finalBare)"
    let signature = Self.authenticationCode(signed, key: Array(SHA256.hash(data: clientKey)))
    serverSignature = Self.authenticationCode(signed, key: Self.authenticationCode("Server Key", key: salted))
    let proof = zip(clientKey, signature).map { $0 ^ $1 }
    return Array("\(finalBare),p=\(Data(proof).base64EncodedString())".utf8)
  }

  /// Refuses a server that does not know the password.
  package func verify(_ message: [UInt8]) throws(RetrievalError) {
    let parts = Self.attributes(of: String(decoding: message, as: UTF8.self))
    guard let serverSignature, let given = parts["v"].flatMap({ Data(base64Encoded: $0) }),
      Array(given) == serverSignature
    else {
      throw Self.refusal("a server that does not know the password itself")
    }
  }

  /// `k=value` parts; a value may hold `=`.
  private static func attributes(of message: String) -> [String: String] {
    var parts: [String: String] = [:]
    for part in message.split(separator: ",") {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if pair.count == 2, parts[String(pair[0])] == nil { parts[String(pair[0])] = String(pair[1]) }
    }
    return parts
  }

  /// What SASLprep makes of a password, as far as it changes letters: compatible forms become one.
  private static func prepared(_ password: String) -> [UInt8] {
    password.utf8.allSatisfy { $0 < 0x80 }
      ? Array(password.utf8) : Array(password.precomposedStringWithCompatibilityMapping.utf8)
  }

  /// PBKDF2 with one block (RFC 8018).
  private static func salted(_ password: [UInt8], salt: [UInt8], rounds: Int) -> [UInt8] {
    let key = SymmetricKey(data: password)
    var block = Array(HMAC<SHA256>.authenticationCode(for: salt + [0, 0, 0, 1], using: key))
    var sum = block
    for _ in 1..<max(rounds, 1) {
      block = Array(HMAC<SHA256>.authenticationCode(for: block, using: key))
      for place in sum.indices { sum[place] ^= block[place] }
    }
    return sum
  }

  private static func authenticationCode(_ text: String, key: [UInt8]) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: key)))
  }

  private static func refusal(_ found: String) -> RetrievalError {
    RetrievalError(
      .store, context: "PostgreSQL, password", expected: "SCRAM-SHA-256 as of RFC 7677", found: found,
      hint: "Check that the address is that of the right server.")
  }
}
