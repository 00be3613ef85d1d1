import Foundation
import InkChains
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A program that offers tools by the Model Context Protocol over its standard input and output.
///
/// What it writes on standard error is shown as it is.
final class ToolServer: Sendable {
  /// The tools of the program.
  let tools: [AgentTool]
  private let client: ContextClient
  private let process: RunningProgram

  /// Starts a program by the shell and greets it.
  ///
  /// - Throws: `ChainError` for a program that cannot be started, ends, or speaks something else.
  init(_ command: String) async throws(ChainError) {
    let process = try RunningProgram(command)
    do throws(ChainError) {
      client = try await ContextClient.connect(process.transport, name: "inkstone", version: ProgramVersion.text)
      tools = try await client.tools()
    } catch {
      await process.stop()
      throw ChainError(
        error.code, context: "--mcp \"\(command)\"", expected: error.expected, found: error.found,
        hint: error.hint.isEmpty ? "Run the command by itself to see whether it starts." : error.hint)
    }
    self.process = process
  }

  /// Ends the connection and the program.
  func stop() async {
    await client.close()
    await process.stop()
  }
}

/// The programs of `--mcp`.
struct ToolServers: Sendable {
  private let servers: [ToolServer]

  /// Starts the programs one after the other; when one fails, those before it are ended.
  init(_ commands: [String]) async throws(ChainError) {
    var servers: [ToolServer] = []
    for command in commands {
      do throws(ChainError) { servers.append(try await ToolServer(command)) } catch {
        for server in servers { await server.stop() }
        throw error
      }
    }
    self.servers = servers
  }

  /// The tools of all of them, in order.
  var tools: [AgentTool] { servers.flatMap(\.tools) }

  /// Ends all of them.
  func stop() async { for server in servers { await server.stop() } }
}

/// A program with pipes to its standard input and output.
private final class RunningProgram: Sendable {
  let transport: LineTransport
  private let state: Mutex<State>

  /// The process and its pipes. They are used behind the lock only.
  private struct State {
    let process: Process
    /// Whether the program leads a group of processes, so that those it starts itself can be ended with it: a shell does
    /// not become the program it is told to run.
    let leadsGroup: Bool
    let lines: WholeLines
    let input: FileHandle
    let output: FileHandle
  }

  init(_ command: String) throws(ChainError) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    do { try process.run() } catch {
      throw ChainError(
        .tool, context: "--mcp \"\(command)\"", expected: "a program that starts", found: error.localizedDescription)
    }
    // A program that ended must be an error of writing to it, not the end of this program.
    signal(SIGPIPE, SIG_IGN)
    let lines = WholeLines(OutputStream(descriptor: input.fileHandleForWriting.fileDescriptor))
    transport = LineTransport(
      lines: LineInput.lines(of: output.fileHandleForReading.fileDescriptor),
      send: { try await lines.send($0) })
    state = Mutex(
      State(
        process: process, leadsGroup: getpgid(process.processIdentifier) == process.processIdentifier, lines: lines,
        input: input.fileHandleForWriting, output: output.fileHandleForReading))
  }

  /// Ends the input, which programs of the protocol end by; one that does not within two seconds is asked to, and one
  /// that does not heed that either is ended.
  func stop() async {
    state.withLock { state in
      state.lines.close()
      try? state.input.close()
    }
    if await hasEnded() { return }
    for signal in [SIGTERM, SIGKILL] {
      state.withLock { state in
        let process = state.process.processIdentifier
        _ = kill(state.leadsGroup ? -process : process, signal)
      }
      if await hasEnded() { return }
    }
  }

  /// Waits until the program has ended, two seconds at most, also where the work around is cancelled already.
  private func hasEnded() async -> Bool {
    await Task.detached {
      for _ in 0..<40 {
        if !self.state.withLock({ $0.process.isRunning }) { return true }
        try? await Task.sleep(for: .milliseconds(50))
      }
      return false
    }.value
  }
}
