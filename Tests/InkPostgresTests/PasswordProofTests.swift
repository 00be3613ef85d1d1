import Foundation
import InkPostgres
import InkRetrieval
import Testing

@Suite("Proofs of a password")
struct PasswordProofTests {
  private let serverFirst =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"

  private func client() -> ScramClient {
    ScramClient(user: "user", password: "pencil", nonce: "rOprNGfwEbeRWgbNEkqO")
  }

  @Test("SCRAM-SHA-256 answers the example of RFC 7677 and accepts its server")
  func example() throws {
    var client = client()
    #expect(String(decoding: client.first, as: UTF8.self) == "n,,n=user,r=rOprNGfwEbeRWgbNEkqO")
    let proof = try client.proof(answering: Array(serverFirst.utf8))
    #expect(
      String(decoding: proof, as: UTF8.self)
        == "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
        + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")
    try client.verify(Array("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=".utf8))
  }

  @Test(
    "a server that does not know the password is refused",
    arguments: ["", "v=", "v=!!", "v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", "e=other-error"])
  func wrongServer(final: String) throws {
    var client = client()
    _ = try client.proof(answering: Array(serverFirst.utf8))
    #expect(throws: RetrievalError.self) { try client.verify(Array(final.utf8)) }
  }

  @Test(
    "a challenge that is none, of another's nonce or of endless work is refused",
    arguments: [
      "", "r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
      "r=rOprNGfwEbeRWgbNEkqOx,s=,i=4096", "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=0",
      "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=99999999999",
      "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==",
    ])
  func wrongChallenge(message: String) {
    var client = client()
    #expect(throws: RetrievalError.self) { try client.proof(answering: Array(message.utf8)) }
  }

  @Test("the older hash is that of PostgreSQL's documentation: md5(md5(password user) salt)")
  func md5() {
    // By md5sum: the digits for "secretuser", then those digits and the salt.
    #expect(
      HashedPassword.md5(user: "user", password: "secret", salt: [1, 2, 3, 4])
        == "md5fccef98e4f1cf6cbe96b743fad4e8bd0")
  }
}
