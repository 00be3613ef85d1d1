import Foundation
import InkRetrieval
import NIOCore
import NIOPosix

extension PostgreSQLConnection {
  /// Connects and shows who one is.
  ///
  /// - Throws: `store`, `notFound` or `unsupported` with the cure.
  static func open(
    _ address: PostgreSQLAddress, _ options: PostgreSQLOptions
  ) async throws(RetrievalError)
    -> PostgreSQLConnection
  {
    let channel: any Channel
    do {
      let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connectTimeout(.milliseconds(Int64(options.connectTimeout * 1000)))
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandlers(ByteToMessageHandler(FrameDecoder()), ExchangeHandler())
          }
        }
      channel =
        switch address.endpoint {
        case .host(let host, let port): try await bootstrap.connect(host: host, port: port).get()
        case .folder(let folder, let port):
          try await bootstrap.connect(unixDomainSocketPath: "\(folder)/.s.PGSQL.\(port)").get()
        }
    } catch {
      throw RetrievalError(connection: error, address: address)
    }
    let timeout = TimeAmount.milliseconds(Int64(options.timeout * 1000))
    let connection = PostgreSQLConnection(channel: channel, address: address, timeout: timeout)
    do throws(RetrievalError) {
      try await connection.begin(options)
    } catch {
      connection.abandon()
      throw error
    }
    return connection
  }

  private func begin(_ options: PostgreSQLOptions) async throws(RetrievalError) {
    var answer = try await exchange([
      .startup([
        ("user", address.user), ("database", address.database), ("client_encoding", "UTF8"),
        ("application_name", "inkstone"),
      ])
    ])
    var scram: ScramClient?
    // SCRAM takes two steps; a server that goes on asking is not believed.
    for _ in 0..<4 {
      if let failure = answer.failure { throw RetrievalError(failure, address: address) }
      guard let demand = answer.demand else { break }
      answer = try await exchange([try reply(to: demand, &scram, options)])
    }
    guard answer.isReady else { throw BackendMessage.damage("a session that does not begin") }
    if let scram { try scram.verify(answer.saslFinal ?? []) }
    // Lengths, prefixes and the order of names are those of UTF-8 everywhere.
    if let encoding = answer.settings["server_encoding"], encoding != "UTF8" {
      throw RetrievalError(
        .unsupported, context: address.description, expected: "a database in UTF8", found: "one in \(encoding)",
        hint: "Make one by: CREATE DATABASE name ENCODING 'UTF8' TEMPLATE template0.")
    }
  }

  private func reply(
    to demand: AuthenticationRequest, _ scram: inout ScramClient?, _ options: PostgreSQLOptions
  ) throws(RetrievalError) -> FrontendMessage {
    guard let password = address.password else {
      throw RetrievalError(
        .store, context: address.description, expected: "a password", found: "none",
        hint: "The server asks for one: set PGPASSWORD, or write a line for it into the passfile (~/.pgpass).")
    }
    switch demand {
    case .clearTextPassword:
      switch options.clearTextPassword {
      case .sent: return .password(password)
      case .refused:
        throw RetrievalError(
          .unsupported, context: address.description, expected: "a server that asks for a proof of the password",
          found: "one that asks for the password itself, for everybody on the way to read",
          hint: "Set scram-sha-256 in the server's pg_hba.conf.")
      }
    case .md5Password(let salt):
      return .password(HashedPassword.md5(user: address.user, password: password, salt: salt))
    case .sasl(let mechanisms) where mechanisms.contains(ScramClient.mechanism):
      let nonce = Data(options.random(18)).base64EncodedString()
      let client = ScramClient(user: "", password: password, nonce: nonce)
      scram = client
      return .saslInitial(mechanism: ScramClient.mechanism, data: client.first)
    case .saslContinue(let message):
      guard var client = scram else { throw BackendMessage.damage("a challenge before the first message") }
      let proof = try client.proof(answering: message)
      scram = client
      return .saslResponse(proof)
    case .accepted, .saslFinal, .sasl, .unknown:
      throw RetrievalError(
        .unsupported, context: address.description, expected: "trust, md5 or scram-sha-256", found: "\(demand)",
        hint: "Set scram-sha-256 in the server's pg_hba.conf for this user.")
    }
  }
}
